/**
 * The order from one operation of a process to its next, per key:
 *
 * - poll-skip, nonmonotonic-poll: the first value that an operation polls is more than one (or less than one) position in the
 *   log after the last value that the process's previous ok operation with the key polled. Failed and unknown polls are judged
 *   too, but do not count as previous operations, because the consumer is rewound after them.
 * - nonmonotonic-send: the first sent value is in the log at or before the last value of the previous ok or info send.
 *
 * An assign or subscribe resets the keys that it does not name.
 */

import { type CheckInput, firstOf, lastOf } from './check-input.js';
import { clojureMapOrder } from './clojure-order.js';
import type { Finding } from './finding.js';
import { ASSIGN, FAIL, INFO, INVOKE, type KeyGroups, OK, type QueueIndex, SUBSCRIBE } from './queue-index.js';
import type { Shortlist } from './shortlist.js';

export function findPollDisorder(input: CheckInput): readonly Finding[] {
  const walk = new PollWalk(input);
  walkProcesses(input, input.index.reads, walk);
  return [...walk.skips.findings(), ...walk.reversals.findings()];
}

export function findSendDisorder(input: CheckInput): readonly Finding[] {
  const walk = new SendWalk(input);
  walkProcesses(input, input.index.writes, walk);
  return walk.reversals.findings();
}

interface Walk {
  /** The types of operations that are judged. */
  readonly judged: readonly number[];
  /** The types of operations that become the previous operation after they are judged. */
  readonly remembered: readonly number[];
  /** `last` and `next` are operations; `from` is the last value of `last`, `to` the first value of `next` (-1: none). */
  judge(last: number, next: number, from: number, to: number, key: number): void;
}

class PollWalk implements Walk {
  readonly judged = [OK, FAIL, INFO];
  readonly remembered = [OK];
  readonly skips: Shortlist;
  readonly reversals: Shortlist;
  readonly #input: CheckInput;

  constructor(input: CheckInput) {
    this.#input = input;
    this.skips = input.shortlist('poll-skip', 8, 'largest');
    this.reversals = input.shortlist('nonmonotonic-poll', 8, 'smallest');
  }

  judge(last: number, next: number, from: number, to: number, key: number): void {
    const input = this.#input;
    const delta = input.delta(from, to);
    if (delta > 1 && this.skips.counts(delta)) {
      this.skips.add(delta, () => ({
        key: input.key(key),
        delta,
        skipped: input.between(from, to),
        ops: [input.operation(last), input.operation(next)],
      }));
    } else if (delta < 1 && this.reversals.counts(delta)) {
      this.reversals.add(delta, () => reversal(input, last, next, from, to, key));
    }
  }
}

class SendWalk implements Walk {
  readonly judged = [OK, INFO];
  readonly remembered = [OK, INFO];
  readonly reversals: Shortlist;
  readonly #input: CheckInput;

  constructor(input: CheckInput) {
    this.#input = input;
    this.reversals = input.shortlist('nonmonotonic-send', 8, 'smallest');
  }

  judge(last: number, next: number, from: number, to: number, key: number): void {
    const input = this.#input;
    const delta = input.delta(from, to);
    if (delta >= 1 || !this.reversals.counts(delta)) return;
    this.reversals.add(delta, () => reversal(input, last, next, from, to, key));
  }
}

function reversal(input: CheckInput, last: number, next: number, from: number, to: number, key: number) {
  return {
    key: input.key(key),
    values: [input.value(from), input.value(to)],
    delta: input.delta(from, to),
    ops: [input.operation(last), input.operation(next)],
  };
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
