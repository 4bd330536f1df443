import type { EpochSummary } from '../../broker/observer.js';
import type { BatchId, BatchTable } from './batch-table.js';

/**
 * The content of a log at one instant in a few numbers: where each leader epoch began, and where the log ended. One
 * leader writes in one epoch, so offset and epoch identify a record (log matching).
 */
export class LogShape {
  readonly #epochs: readonly number[];
  readonly #starts: readonly number[];
  readonly endOffset: number;

  private constructor(epochs: readonly number[], starts: readonly number[], endOffset: number) {
    this.#epochs = epochs;
    this.#starts = starts;
    this.endOffset = endOffset;
  }

  static of(table: BatchTable, batches: readonly BatchId[]): LogShape {
    const epochs: number[] = [];
    const starts: number[] = [];
    for (const batch of batches) {
      const leaderEpoch = table.leaderEpoch(batch);
      if (epochs[epochs.length - 1] === leaderEpoch) continue;
      epochs.push(leaderEpoch);
      starts.push(table.baseOffset(batch));
    }
    const last = batches[batches.length - 1];
    return new LogShape(epochs, starts, last === undefined ? 0 : table.lastOffset(last) + 1);
  }

  epochStarts(): EpochSummary[] {
    return this.#epochs.map((leaderEpoch, index) => ({ leaderEpoch, startOffset: this.#starts[index]! }));
  }

  /** Whether the record appended at `offset` in `leaderEpoch` was in the log. */
  holds(offset: number, leaderEpoch: number): boolean {
    if (offset >= this.endOffset) return false;
    let at = this.#starts.length - 1;
    while (at >= 0 && this.#starts[at]! > offset) at--;
    return at >= 0 && this.#epochs[at] === leaderEpoch;
  }
}
