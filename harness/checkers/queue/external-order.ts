/**
 * Order from one operation of a process to its next, per key:
 *
 * - poll-skip, nonmonotonic-poll: between the last value of the key that the process's previous ok operation with
 *   that key polled, and the first that this one polls, the log moves on by more than one, or by less. Failed and
 *   unknown polls are judged, but do not count as previous: the consumer is rewound after them.
 * - nonmonotonic-send: the first value sent lands at or before the last one sent by the previous ok or info send.
 *
 * Assigning or subscribing forgets the keys it leaves out.
 */

import { type CheckInput, firstOf, lastOf } from './check-input.js';
import { clojureMapOrder } from './clojure-order.js';
import type { Finding } from './finding.js';
import { ASSIGN, FAIL, INFO, INVOKE, type KeyGroups, OK, type QueueIndex, SUBSCRIBE } from './queue-index.js';

export function findPollDisorder(input: CheckInput): readonly Finding[] {
  const skips = input.shortlist('poll-skip', 8, 'largest');
  const reversals = input.shortlist('nonmonotonic-poll', 8, 'smallest');
  walkProcesses(input, input.index.reads, {
    judged: [OK, FAIL, INFO],
    remembered: [OK],
    judge(last, next, from, to, key) {
      const delta = input.delta(from, to);
      if (delta === 1) return;
      const ops = (): readonly unknown[] => [input.operation(last), input.operation(next)];
      if (delta > 1 && skips.counts(delta)) {
        skips.add(delta, () => ({
          key: input.key(key),
          delta,
          skipped: input.between(from, to),
          ops: ops(),
        }));
      } else if (delta < 1 && reversals.counts(delta)) {
        const values = [input.value(from), input.value(to)];
        reversals.add(delta, () => ({ key: input.key(key), values, delta, ops: ops() }));
      }
    },
  });
  return [...skips.findings(), ...reversals.findings()];
}

export function findSendDisorder(input: CheckInput): readonly Finding[] {
  const reversals = input.shortlist('nonmonotonic-send', 8, 'smallest');
  walkProcesses(input, input.index.writes, {
    judged: [OK, INFO],
    remembered: [OK, INFO],
    judge(last, next, from, to, key) {
      const delta = input.delta(from, to);
      if (delta >= 1 || !reversals.counts(delta)) return;
      reversals.add(delta, () => ({
        key: input.key(key),
        values: [input.value(from), input.value(to)],
        delta,
        ops: [input.operation(last), input.operation(next)],
      }));
    },
  });
  return reversals.findings();
}

interface Walk {
  /** Types of operations that are judged. */
  readonly judged: readonly number[];
  /** Those that, once judged, become the previous one. */
  readonly remembered: readonly number[];
  /** `last` and `next` are operations, `from` and `to` the values where they left off and set in (-1: none). */
  judge(last: number, next: number, from: number, to: number, key: number): void;
}

function walkProcesses(input: CheckInput, groups: KeyGroups, walk: Walk): void {
  const { index } = input;
  const { order, start } = input.operationsByProcess();
  const lastGroup = new Int32Array(index.keys.length).fill(-1);
  const lastOperation = new Int32Array(index.keys.length).fill(-1);
  for (const process of clojureMapOrder(index.processes)) {
    let known: number[] = [];
    for (let at = start[process]!; at < start[process + 1]!; at++) {
      const operation = order[at]!;
      const type = index.types[operation]!;
      const kind = index.kinds[operation]!;
      if (kind === ASSIGN || kind === SUBSCRIBE) {
        if (type !== INVOKE && type !== FAIL) known = keepAssigned(index, operation, known, lastGroup);
      } else if (walk.judged.includes(type)) {
        for (let group = groups.of[operation]!; group < groups.of[operation + 1]!; group++) {
          const key = groups.key[group]!;
          const last = lastGroup[key]!;
          if (last >= 0)
            walk.judge(lastOperation[key]!, operation, lastOf(groups, last), firstOf(groups, group), key);
          if (!walk.remembered.includes(type)) continue;
          if (last < 0) known.push(key);
          lastGroup[key] = group;
          lastOperation[key] = operation;
        }
      }
    }
    for (const key of known) lastGroup[key] = -1;
  }
}

function keepAssigned(
  index: QueueIndex,
  operation: number,
  known: number[],
  lastGroup: Int32Array,
): number[] {
  const { of, key } = index.assigned;
  const assigned = new Set(key.subarray(of[operation]!, of[operation + 1]!));
  const kept: number[] = [];
  for (const knownKey of known) {
    if (assigned.has(knownKey)) kept.push(knownKey);
    else lastGroup[knownKey] = -1;
  }
  return kept;
}
