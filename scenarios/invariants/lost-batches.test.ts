import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchSummary } from '../../broker/observer.js';
import { type BatchId, BatchTable } from './batch-table.js';
import { LogShape } from './log-shape.js';
import { LostBatches } from './lost-batches.js';

/** The same as one plain list, searched for each query. */
class NaiveLostBatches {
  readonly #table: BatchTable;
  #lost: { readonly batch: BatchId; readonly election: number }[] = [];

  constructor(table: BatchTable) {
    this.#table = table;
  }

  add(election: number, batches: readonly BatchId[]): void {
    for (const batch of batches) this.#lost.push({ batch, election });
  }

  has(held: BatchId): boolean {
    return this.#lost.some(({ batch }) => this.#table.areSame(batch, held));
  }

  takerOf(offset: number): number | null {
    const table = this.#table;
    const holds = (batch: BatchId) => table.baseOffset(batch) <= offset && offset <= table.lastOffset(batch);
    return this.#lost.findLast(({ batch }) => holds(batch))?.election ?? null;
  }

  forgetHeld(held: LogShape): void {
    const table = this.#table;
    this.#lost = this.#lost.filter(
      ({ batch }) => !held.holds(table.lastOffset(batch), table.leaderEpoch(batch)),
    );
  }
}

/**
 * A part of a log: batches of 1 to 3 records from some offset, in epochs that do not decrease, with or without gaps.
 */
const stretch = fc
  .record({
    start: fc.nat(6),
    epoch: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(
      fc.record({
        gap: fc.nat(1),
        records: fc.integer({ min: 1, max: 3 }),
        epochs: fc.nat(1),
        crc: fc.nat(1),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ start, epoch, steps }) => {
    let [offset, leaderEpoch] = [start, epoch];
    return steps.map(({ gap, records, epochs, crc }): BatchSummary => {
      const baseOffset = offset + gap;
      offset = baseOffset + records;
      leaderEpoch += epochs;
      return { baseOffset, lastOffset: offset - 1, leaderEpoch, crc };
    });
  });

const step = fc.record({ kind: fc.constantFrom('lose', 'lose', 'hold'), batches: stretch });

describe('the batches that elections lost', () => {
  it('are those of a plain list, whichever are lost, lost again and held again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), stretch, (steps, asked) => {
        const table = new BatchTable();
        const [lost, naive] = [new LostBatches<number>(table), new NaiveLostBatches(table)];
        const addAll = (batches: readonly BatchSummary[]) => batches.map((batch) => table.add(batch));
        steps.forEach(({ kind, batches }, election) => {
          const ids = addAll(batches);
          for (const each of [lost, naive]) {
            if (kind === 'lose') each.add(election, ids);
            else each.forgetHeld(LogShape.of(table, ids));
          }
          for (const batch of [...ids, ...addAll(asked)]) expect(lost.has(batch)).toBe(naive.has(batch));
          for (let offset = 0; offset < 30; offset++)
            expect(lost.takerOf(offset)).toBe(naive.takerOf(offset));
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('are found in a large loss without going through it', () => {
    let looks = 0;
    class CountingTable extends BatchTable {
      override lastOffset(id: BatchId): number {
        looks++;
        return super.lastOffset(id);
      }
    }
    const table = new CountingTable();
    const lost = new LostBatches<string>(table);
    const size = 1 << 14;
    const batches = Array.from({ length: size }, (_, offset) =>
      table.add({ baseOffset: offset, lastOffset: offset, leaderEpoch: 1, crc: offset }),
    );
    lost.add('the first', batches);
    lost.add('another', batches.slice(size / 2));
    looks = 0;
    for (const batch of batches) expect(lost.has(batch)).toBe(true);
    for (const offset of batches.keys())
      expect(lost.takerOf(offset)).toBe(offset < size / 2 ? 'the first' : 'another');
    // Two losses, two queries, and about 15 look-ups for each.
    expect(looks).toBeLessThan(size * 2 * 2 * 16);
  });
});
