/**
 * The order inside one operation, per key, between each value and the next:
 *
 * - int-poll-skip, int-nonmonotonic-poll: polls skip values that are known to exist, or go back, or repeat. Keys that were
 *   rebalanced during the operation are not judged.
 * - int-send-skip, int-nonmonotonic-send: other values lie between the sends of one operation (Kafka always permits this,
 *   because writes are not isolated), or the sends are in the log in another order.
 */

import type { CheckInput } from './check-input.js';
import type { Finding } from './finding.js';
import type { KeyGroups } from './queue-index.js';

export function findInternalPollDisorder(input: CheckInput): readonly Finding[] {
  return findInternalDisorder(input, input.index.reads, 'poll', true);
}

export function findInternalSendDisorder(input: CheckInput): readonly Finding[] {
  return findInternalDisorder(input, input.index.writes, 'send', false);
}

function findInternalDisorder(
  input: CheckInput,
  groups: KeyGroups,
  kind: 'poll' | 'send',
  heedsRebalance: boolean,
): readonly Finding[] {
  const { types, rebalanced } = input.index;
  const skips = input.shortlist(`int-${kind}-skip`, 8, 'largest');
  const reversals = input.shortlist(`int-nonmonotonic-${kind}`, 8, 'smallest');
  for (let operation = 0; operation < types.length; operation++) {
    const excused = heedsRebalance && rebalanced.size > 0 ? rebalanced.get(operation) : undefined;
    for (let group = groups.of[operation]!; group < groups.of[operation + 1]!; group++) {
      if (excused?.has(groups.key[group]!)) continue;
      for (let entry = groups.start[group]! + 1; entry < groups.start[group + 1]!; entry++) {
        judge(operation, groups.key[group]!, groups.value[entry - 1]!, groups.value[entry]!);
      }
    }
  }
  return [...skips.findings(), ...reversals.findings()];

  function judge(operation: number, key: number, from: number, to: number): void {
    const delta = input.delta(from, to);
    if (delta === 1) return;
    const list = delta > 1 ? skips : reversals;
    if (!list.counts(delta)) return;
    list.add(delta, () => ({
      key: input.key(key),
      values: [input.value(from), input.value(to)],
      delta,
      ...(delta > 1 ? { skipped: input.between(from, to) } : {}),
      op: input.operation(operation),
    }));
  }
}
