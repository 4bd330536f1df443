/**
 * The committed batches that elections took and no leader has held since: by election, in the order in which they happened,
 * and of each in the order of the log. A loss may be large and elections that lose something are few, so whatever is asked
 * about one offset is bisected in each.
 */
import type { BatchId, BatchTable } from './batch-table.js';
import type { LogShape } from './log-shape.js';

interface Loss<E> {
  readonly election: E;
  /** Ascending, none overlaps another: a log that breaks that is reported as `gap-in-log`, not here. */
  readonly batches: readonly BatchId[];
}

export class LostBatches<E> {
  readonly #table: BatchTable;
  #losses: Loss<E>[] = [];

  constructor(table: BatchTable) {
    this.#table = table;
  }

  get isEmpty(): boolean {
    return this.#losses.length === 0;
  }

  /** `batches`: in the order of the log that they are taken from. */
  add(election: E, batches: readonly BatchId[]): void {
    if (batches.length > 0) this.#losses.push({ election, batches });
  }

  /** Whether the same batch is among them. */
  has(batch: BatchId): boolean {
    const offset = this.#table.baseOffset(batch);
    return this.#losses.some(({ batches }) => {
      const found = this.#at(batches, offset);
      return found !== undefined && this.#table.areSame(found, batch);
    });
  }

  /** The election that took a batch with `offset`, the last one where several histories went through it. */
  takerOf(offset: number): E | null {
    for (let index = this.#losses.length - 1; index >= 0; index--) {
      const { batches, election } = this.#losses[index]!;
      if (this.#at(batches, offset) !== undefined) return election;
    }
    return null;
  }

  /** Those that are in a log are lost no more. */
  forgetHeld(held: LogShape): void {
    const table = this.#table;
    this.#losses = this.#losses
      .map(({ election, batches }) => ({
        election,
        batches: batches.filter((batch) => !held.holds(table.lastOffset(batch), table.leaderEpoch(batch))),
      }))
      .filter(({ batches }) => batches.length > 0);
  }

  /** The one that holds `offset`. */
  #at(batches: readonly BatchId[], offset: number): BatchId | undefined {
    let low = 0;
    let high = batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#table.lastOffset(batches[middle]!) < offset) low = middle + 1;
      else high = middle;
    }
    const found = batches[low];
    return found !== undefined && this.#table.baseOffset(found) <= offset ? found : undefined;
  }
}
