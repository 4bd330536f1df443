/**
 * precommitted-read: an operation polls a value that it sent itself, before the value could be committed. Each operation
 * counts once, for any number of its keys; the first such key is the witness.
 */

import type { CheckInput } from './check-input.js';
import { clojureMapOrder, compareInClojureOrder } from './clojure-order.js';
import { type Evidence, type Finding, findingsOf } from './finding.js';
import { TXN } from './queue-index.js';

export function findPrecommittedReads(input: CheckInput): readonly Finding[] {
  const { kinds, writes, values } = input.index;
  let count = 0;
  const witnesses: Evidence[] = [];
  for (let operation = 0; operation < kinds.length; operation++) {
    if (kinds[operation] !== TXN || writes.of[operation] === writes.of[operation + 1]) continue;
    const polled = polledValues(input, operation);
    if (polled.size === 0) continue;
    for (const group of groupsOf(input, operation)) {
      const both = [...writes.value.subarray(writes.start[group]!, writes.start[group + 1]!)]
        .filter((value) => polled.has(value))
        .map((value) => values[value]!);
      if (both.length === 0) continue;
      count++;
      if (witnesses.length < input.witnessesMax) {
        const value = both.reduce((a, b) => (compareInClojureOrder(b, a) < 0 ? b : a));
        witnesses.push({ op: input.operation(operation), key: input.key(writes.key[group]!), value });
      }
      break;
    }
  }
  return findingsOf('precommitted-read', count, witnesses);
}

/** The sends of the operation by key, in the order in which Jepsen visits them. */
function groupsOf(input: CheckInput, operation: number): readonly number[] {
  const { writes } = input.index;
  const first = writes.of[operation]!;
  const keys = [...writes.key.subarray(first, writes.of[operation + 1]!)].map((key) => input.key(key));
  return clojureMapOrder(keys).map((position) => first + position);
}

function polledValues({ index: { reads } }: CheckInput, operation: number): ReadonlySet<number> {
  return new Set(
    reads.value.subarray(reads.start[reads.of[operation]!]!, reads.start[reads.of[operation + 1]!]!),
  );
}
