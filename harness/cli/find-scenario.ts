/** From a name that a person typed to the thing of that name, or to the name that was probably meant. */
import { nearest } from '../faults/nearest.js';
import type { Scenario } from '../runner/experiment.js';
import type { CliParts } from './cli-parts.js';
import { UsageError } from './exit-code.js';

/** Scenarios that a token or a plan may name: those of the exhibits too. */
export function allScenarios(parts: CliParts): readonly Scenario[] {
  return [...parts.scenarios, ...parts.exhibits.flatMap((exhibit) => [exhibit.scenario])];
}

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
