/**
 * The latest end seen so far in each process, in order of start. It never falls, so the first operation that can reach
 * into the visible range is found by binary search although ends themselves are not sorted. Built once at load.
 */
import { firstAtLeast } from '../model/search.js';
import type { TimelineColumns, TimelineModel } from '../model/timeline.js';

export class RunningEnds {
  readonly #ends: Float64Array;

  constructor(model: TimelineModel, { operationStart, operationDuration }: TimelineColumns) {
    this.#ends = new Float64Array(operationStart.length);
    for (const { from, count } of model.processes) {
      let latest = 0;
      for (let index = from; index < from + count; index++) {
        latest = Math.max(latest, operationStart[index]! + operationDuration[index]!);
        this.#ends[index] = latest;
      }
    }
  }

  /** Index of the first operation in `[from, to)` after which some end is `>= micros`. */
  firstReaching(micros: number, from: number, to: number): number {
    return firstAtLeast(this.#ends, micros, from, to);
  }
}
