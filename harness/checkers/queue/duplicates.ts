/** duplicate: one value is at two or more offsets of one key's log. */

import type { CheckInput } from './check-input.js';
import type { Finding } from './finding.js';

export function findDuplicates(input: CheckInput): readonly Finding[] {
  const { repeats } = input.orders;
  const { valueKeys } = input.index;
  const found = input.shortlist('duplicate', 32, 'smallest');
  const rank = new Map(input.keysInOrder().map((key, position) => [key, position]));
  const values = [...repeats.keys()].sort(
    (a, b) => rank.get(valueKeys[a]!)! - rank.get(valueKeys[b]!)! || a - b,
  );
  for (const value of values) {
    const offsets = repeats.get(value)!;
    if (!found.counts(offsets.length)) continue;
    found.add(offsets.length, () => ({
      key: input.key(valueKeys[value]!),
      value: input.value(value),
      count: offsets.length,
      offsets: offsets.map((offset) => input.index.shownOffset(offset)),
    }));
  }
  return found.findings();
}
