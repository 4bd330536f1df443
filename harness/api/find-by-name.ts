/** Finds an item by the name that a person typed, or suggests the nearest name. */
import { nearest } from '../faults/nearest.js';
import type { Catalogue } from '../runner/catalogue.js';
import type { Scenario } from '../runner/experiment.js';
import { UsageError } from './usage-error.js';

/** @throws UsageError with the nearest name. */
export function findByName<T>(
  what: string,
  name: string,
  things: readonly T[],
  nameOf: (thing: T) => string,
): T {
  const found = things.find((thing) => nameOf(thing) === name);
  if (found !== undefined) return found;
  const names = things.map(nameOf);
  const near = nearest(name, names) ?? names.find((each) => each.includes(name)) ?? null;
  const hint = near === null ? `${what}s are ${names.join(', ')}` : `did you mean "${near}"?`;
  throw new UsageError(`unknown ${what} "${name}"; ${hint}`);
}

/** @throws UsageError that also explains how to find a user's scenario. */
export function findScenario(
  catalogue: Catalogue,
  name: string,
  among: readonly Scenario[] = catalogue.runnable,
): Scenario {
  if (!among.some((scenario) => scenario.name === name)) {
    const named = catalogue.named(name);
    if (named !== null) return named;
  }
  try {
    return findByName('scenario', name, among, (scenario) => scenario.name);
  } catch (error) {
    if (!(error instanceof UsageError) || catalogue.module !== null) throw error;
    throw new UsageError(`${error.message} (one of your own is found with --scenarios and its module)`);
  }
}
