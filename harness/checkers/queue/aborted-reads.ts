/** G1a, aborted read: an ok poll returns a value whose send failed. Every such read counts once. */

import type { CheckInput } from './check-input.js';
import { type Evidence, type Finding, findingsOf } from './finding.js';
import { OK, SENT_FAIL } from './queue-index.js';

export function findAbortedReads(input: CheckInput): readonly Finding[] {
  const { marks, reads, types, valueKeys, writer } = input.index;
  let count = 0;
  const witnesses: Evidence[] = [];
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] !== OK) continue;
    const end = reads.start[reads.of[operation + 1]!]!;
    for (let entry = reads.start[reads.of[operation]!]!; entry < end; entry++) {
      const value = reads.value[entry]!;
      if ((marks[value]! & SENT_FAIL) === 0) continue;
      count++;
      if (witnesses.length >= input.witnessesMax) continue;
      witnesses.push({
        key: input.key(valueKeys[value]!),
        value: input.value(value),
        writer: input.operation(writer[value]!),
        reader: input.operation(operation),
      });
    }
  }
  return findingsOf('G1a', count, witnesses);
}
