import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/history/operation.js';
import { ReplacedRecords } from './replaced-records.js';

const P = 'orders-0';

function sent(index: number, offset: number, value: number): Operation {
  return { index, time: index, process: 'p1', type: 'ok', f: 'send', value: [['send', P, [offset, value]]] };
}

function polled(index: number, ...records: [number, number][]): Operation {
  return { index, time: index, process: 'r1', type: 'ok', f: 'poll', value: [['poll', { [P]: records }]] };
}

/** Values 10 and 12 have key a; 11 has key b. */
const keyOf = (value: number): string | null => ({ 10: 'a', 11: 'b', 12: 'a' })[value] ?? null;

describe('a record is replaced', () => {
  it('by a later one of its key that was acknowledged or read', () => {
    for (const later of [sent(2, 2, 12), polled(2, [2, 12])]) {
      const records = new ReplacedRecords(keyOf, [sent(0, 0, 10), sent(1, 1, 11), later]);
      expect([records.has(P, 0, 10), records.has(P, 1, 11), records.has(P, 2, 12)]).toEqual([
        true,
        false,
        false,
      ]);
    }
  });

  it('never without a key, and by no record of another partition', () => {
    const records = new ReplacedRecords(keyOf, [sent(0, 0, 99), sent(1, 1, 99), sent(2, 2, 12)]);
    expect([records.has(P, 0, 99), records.has('orders-1', 0, 10)]).toEqual([false, false]);
  });
});

describe('copies', () => {
  it('are records at two offsets', () => {
    const once = new ReplacedRecords(keyOf, [sent(0, 4, 10), polled(1, [4, 10])]);
    expect([once.earliestCopy(P), once.offsetOf(P, 10), once.offsetOf(P, 11)]).toEqual([null, 4, null]);
    const twice = new ReplacedRecords(keyOf, [sent(0, 4, 10), polled(1, [4, 10], [9, 10])]);
    expect(twice.earliestCopy(P)).toBe(4);
  });
});
