/**
 * An exhibit of the museum: a historic bug that is put back into the system and must be found by the general scenarios. Types
 * only.
 */
import type { Scenario } from './experiment.js';

export interface Exhibit {
  /** Short and stable: `A1`, `ack-before-replication`. */
  readonly id: string;
  readonly title: string;
  /** The source of the bug and its effect, in a sentence or two. */
  readonly story: string;
  /** The general scenario with the wrong rule. Its name is `<scenario>+<id>`. */
  readonly scenario: Scenario;
  /** The same scenario with the right rule: the seed that found the bug must be valid here. */
  readonly right: Scenario;
  /** The anomalies that show this bug: a run with one of them has found it. */
  readonly checkers: readonly string[];
  /** The bug must be found within this many seeds. */
  readonly seedsAtMost: number;
}
