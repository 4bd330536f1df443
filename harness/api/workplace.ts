/**
 * What a campaign and a closer look at a run need besides the scenario. The command line has one for each command, the
 * public face one for each call; what they do in it is the same.
 */
import type { Catalogue, House } from '../runner/catalogue.js';

export interface Progress {
  /** `failures` null: they are not what is counted here. */
  update(done: number, failures: number | null): void;
  stop(): void;
}

export interface Workplace {
  readonly house: House;
  readonly catalogue: Catalogue;
  /** Null: nothing is written. */
  readonly runsDirectory: string | null;
  /** Aborted when somebody wants no more of it: what is done by then is the result. */
  readonly signal: AbortSignal;
  /** @param total runs, or null when only time ends them. */
  beginProgress(name: string, total: number | null): Progress;
}
