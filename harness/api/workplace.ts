/**
 * The context that campaigns and examinations need besides the scenario. The command line opens one for each command, the
 * public API one for each call.
 */
import type { Catalogue, House } from '../runner/catalogue.js';

export interface Progress {
  /** `failures` is null when failures are not counted. */
  update(done: number, failures: number | null): void;
  stop(): void;
}

export interface Workplace {
  readonly house: House;
  readonly catalogue: Catalogue;
  /** The directory for run directories; null: nothing is written. */
  readonly runsDirectory: string | null;
  /** Aborted to end the work early; the result covers the finished runs. */
  readonly signal: AbortSignal;
  /** @param total the number of runs; null when only the time limit ends them. */
  beginProgress(name: string, total: number | null): Progress;
}
