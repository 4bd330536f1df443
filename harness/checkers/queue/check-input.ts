/** The input of every check, and the queries that most checks need. */

import type { Key, Operation, Value } from '../../history/operation.js';
import { clojureMapOrder } from './clojure-order.js';
import type { KeyGroups, QueueIndex } from './queue-index.js';
import { Shortlist } from './shortlist.js';
import type { VersionOrders } from './version-orders.js';

/** The most skipped values that a witness of a skip lists. `delta` shows their real number. */
const SKIPPED_MAX = 1000;

/** More witnesses than any reader needs. The limit keeps the result for a million lost writes shorter than the history. */
const WITNESSES_MAX = 1000;

export interface OperationsByProcess {
  readonly order: Int32Array;
  readonly start: Int32Array;
}

export class CheckInput {
  readonly index: QueueIndex;
  readonly orders: VersionOrders;
  /** The limit for anomalies of which Jepsen shows every occurrence. */
  readonly witnessesMax: number;
  readonly isTrimmed: boolean;
  #byProcess: OperationsByProcess | null = null;

  constructor(index: QueueIndex, orders: VersionOrders, isTrimmed: boolean) {
    this.index = index;
    this.orders = orders;
    this.witnessesMax = isTrimmed ? WITNESSES_MAX : Number.POSITIVE_INFINITY;
    this.isTrimmed = isTrimmed;
  }

  /** The `size` witnesses with the smallest or largest score, or all witnesses when results are not trimmed. */
  shortlist(name: string, size: number, keep: 'smallest' | 'largest'): Shortlist {
    return new Shortlist(name, this.isTrimmed ? size : Number.POSITIVE_INFINITY, keep);
  }

  operation(id: number): Operation | null {
    return id < 0 ? null : this.index.operationAt(id);
  }

  key(id: number): Key {
    return this.index.keys[id]!;
  }

  value(id: number): Value | null {
    return this.index.values[id] ?? null;
  }

  /** The operations of process p are order[start[p]] to order[start[p + 1] - 1], in that order. */
  operationsByProcess(): OperationsByProcess {
    this.#byProcess ??= groupByProcess(this.index);
    return this.#byProcess;
  }

  /** The key numbers in the order in which Jepsen reports keys. */
  keysInOrder(): readonly number[] {
    return clojureMapOrder(this.index.keys);
  }

  /** The distance in the log from one value to the next; 1 when the place of either is unknown. */
  delta(from: number, to: number): number {
    if (from < 0 || to < 0) return 1;
    const { indexOf } = this.orders;
    const start = indexOf[from]!;
    const end = indexOf[to]!;
    return start < 0 || end < 0 ? 1 : end - start;
  }

  /** The values between two values in the log of one key. */
  between(from: number, to: number): readonly (Value | null)[] {
    const { indexOf, slotStart, slotValue } = this.orders;
    const base = slotStart[this.index.valueKeys[from]!]!;
    const end = Math.min(indexOf[to]!, indexOf[from]! + 1 + SKIPPED_MAX);
    const skipped: (Value | null)[] = [];
    for (let i = indexOf[from]! + 1; i < end; i++) skipped.push(this.value(slotValue[base + i]!));
    return skipped;
  }
}

/** The first value of a group, -1 when the group is empty. */
export function firstOf(groups: KeyGroups, group: number): number {
  const start = groups.start[group]!;
  return start < groups.start[group + 1]! ? groups.value[start]! : -1;
}

export function lastOf(groups: KeyGroups, group: number): number {
  const end = groups.start[group + 1]!;
  return end > groups.start[group]! ? groups.value[end - 1]! : -1;
}

function groupByProcess({ processOf, processes }: QueueIndex): OperationsByProcess {
  const start = new Int32Array(processes.length + 1);
  for (let operation = 0; operation < processOf.length; operation++) start[processOf[operation]! + 1]!++;
  for (let process = 0; process < processes.length; process++) start[process + 1]! += start[process]!;
  const next = start.slice();
  const order = new Int32Array(processOf.length);
  for (let operation = 0; operation < processOf.length; operation++)
    order[next[processOf[operation]!]!++] = operation;
  return { order, start };
}
