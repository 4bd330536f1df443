/** From a name that a person typed to the thing of that name, or to the name that was probably meant. */
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

/** @throws UsageError that also says how a scenario of one's own is found. */
export function findScenario(
  catalogue: Catalogue,
  name: string,
  among: readonly Scenario[] = catalogue.runnable,
): Scenario {
  try {
    return findByName('scenario', name, among, (scenario) => scenario.name);
  } catch (error) {
    if (!(error instanceof UsageError) || catalogue.module !== null) throw error;
    throw new UsageError(`${error.message} (one of your own is found with --scenarios and its module)`);
  }
}
