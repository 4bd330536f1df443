/**
 * lost-write: a value that must have committed was never read, although a reader got past its place in the key's log. The
 * bound is the highest *first* index of any value that an ok operation polled. Every value whose *last* index is at or below
 * the bound should have been read. First and last index differ only with duplicates and inconsistent offsets, for which a
 * sharper bound would report values that are not lost.
 */

import type { CheckInput } from './check-input.js';
import { type Evidence, type Finding, findingsOf } from './finding.js';
import { READ_OK } from './queue-index.js';

export function findLostWrites(input: CheckInput): readonly Finding[] {
  const { index, orders } = input;
  const bounds = findBounds(input);
  let count = 0;
  const witnesses: Evidence[] = [];
  for (const key of input.keysInOrder()) {
    const bound = bounds[key]!;
    const base = orders.slotStart[key]!;
    let maxRead: number | null = null;
    for (let position = 0; position <= bound; position++) {
      for (const value of valuesAt(input, base + position)) {
        if (orders.lastIndex[value] !== position || (index.marks[value]! & READ_OK) !== 0) continue;
        const writer = index.writer[value]!;
        if (writer < 0 || index.committed[writer] !== 1) continue;
        count++;
        if (witnesses.length >= input.witnessesMax) continue;
        maxRead ??= readerOf(input, base + bound);
        witnesses.push({
          key: input.key(key),
          value: input.value(value),
          index: orders.firstIndex[value],
          'max-read-index': bound,
          writer: input.operation(writer),
          'max-read': input.operation(maxRead),
        });
      }
    }
  }
  return findingsOf('lost-write', count, witnesses);
}

/** The bound of each key, -1 when no value with a known place was read. */
function findBounds({ index, orders }: CheckInput): Int32Array {
  const bounds = new Int32Array(index.keys.length).fill(-1);
  for (let value = 0; value < index.marks.length; value++) {
    if ((index.marks[value]! & READ_OK) === 0) continue;
    const key = index.valueKeys[value]!;
    if (orders.firstIndex[value]! > bounds[key]!) bounds[key] = orders.firstIndex[value]!;
  }
  return bounds;
}

function valuesAt({ orders }: CheckInput, slot: number): readonly number[] {
  return orders.conflicts.get(slot) ?? [orders.slotValue[slot]!];
}

/** The first operation that read a value with its last index here; -1 when there is none. */
function readerOf({ index, orders }: CheckInput, slot: number): number {
  const position = slot - orders.slotStart[index.valueKeys[orders.slotValue[slot]!]!]!;
  const members = orders.conflicts.get(slot) ?? [orders.slotValue[slot]!];
  const value = members.find((member) => orders.lastIndex[member] === position);
  return value === undefined ? -1 : index.firstReader[value]!;
}
