/**
 * An exhibit of the museum: a historic mistake put back into the system, which the general scenarios must find.
 * Types only.
 */
import type { Scenario } from './experiment.js';

export interface Exhibit {
  /** Short and stable: `A1`, `ack-before-replication`. */
  readonly id: string;
  readonly title: string;
  /** Where it comes from and what it does, in a sentence or two. */
  readonly story: string;
  /** The general scenario it is shown in, with the wrong rule. `scenario.name` names the pair: `<scenario>+<id>`. */
  readonly scenario: Scenario;
  /** The same scenario with the right rule: the seed that found the mistake must be valid here. */
  readonly right: Scenario;
  /** Anomalies that name this mistake; the run that has one of them found it. */
  readonly checkers: readonly string[];
  /** It must be found within so many seeds. */
  readonly seedsAtMost: number;
}
