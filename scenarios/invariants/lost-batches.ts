/**
 * The committed batches that elections lost and that no leader has held since, by election in the order of time, and
 * within each in the order of the log. A loss may be large, and elections with a loss are few, so a query for one
 * offset searches each by bisection.
 */
import type { BatchId, BatchTable } from './batch-table.js';
import type { LogShape } from './log-shape.js';

interface Loss<E> {
  readonly election: E;
  /** Ascending without overlap. A log with an overlap is reported as `gap-in-log`, not here. */
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

  /** `batches`: in the order of their log. */
  add(election: E, batches: readonly BatchId[]): void {
    if (batches.length > 0) this.#losses.push({ election, batches });
  }

  /** Whether the same batch is among the lost ones. */
  has(batch: BatchId): boolean {
    const offset = this.#table.baseOffset(batch);
    return this.#losses.some(({ batches }) => {
      const found = this.#at(batches, offset);
      return found !== undefined && this.#table.areSame(found, batch);
    });
  }

  /** The election that lost a batch with `offset`; the last such election if several histories had one. */
  takerOf(offset: number): E | null {
    for (let index = this.#losses.length - 1; index >= 0; index--) {
      const { batches, election } = this.#losses[index]!;
      if (this.#at(batches, offset) !== undefined) return election;
    }
    return null;
  }

  /** Removes the batches that a log holds: they are no longer lost. */
  forgetHeld(held: LogShape): void {
    const table = this.#table;
    this.#losses = this.#losses
      .map(({ election, batches }) => ({
        election,
        batches: batches.filter((batch) => !held.holds(table.lastOffset(batch), table.leaderEpoch(batch))),
      }))
      .filter(({ batches }) => batches.length > 0);
  }

  /** The batch that holds `offset`. */
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
