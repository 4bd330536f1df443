/** inconsistent-offsets: sends and polls saw different values at one offset of a key. */

import type { Value } from '../../history/operation.js';
import type { CheckInput } from './check-input.js';
import type { Finding } from './finding.js';

export function findInconsistentOffsets(input: CheckInput): readonly Finding[] {
  const { conflicts, slotStart, slotOffset, slotValue } = input.orders;
  const found = input.shortlist('inconsistent-offsets', 32, 'smallest');
  const rank = new Map(input.keysInOrder().map((key, position) => [key, position]));
  const keyOf = (slot: number): number => input.index.valueKeys[slotValue[slot]!]!;
  const slots = [...conflicts.keys()].sort((a, b) => rank.get(keyOf(a))! - rank.get(keyOf(b))! || a - b);
  for (const slot of slots) {
    const members = conflicts.get(slot)!;
    if (!found.counts(members.length)) continue;
    found.add(members.length, () => ({
      key: input.key(keyOf(slot)),
      offset: input.index.shownOffset(slotOffset[slot]!),
      index: slot - slotStart[keyOf(slot)]!,
      values: members.map((member) => input.index.values[member]!).sort(compareValues),
    }));
  }
  return found.findings();
}

/** Numbers before text, each ascending. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
