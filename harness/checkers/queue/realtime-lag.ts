/**
 * worst-realtime-lag: the largest lower bound of the time for which a poll's result was already out of date when the poll was
 * invoked. For each key that a process has assigned (or has polled since it subscribed), the newest offset that the process has
 * seen is out of date from the moment at which any completed send or poll proves a higher offset.
 *
 * The lag is a measure, not an anomaly. It is null when the history has no times.
 */

import type { Key } from '../../history/operation.js';
import type { CheckInput } from './check-input.js';
import { ASSIGN, INFO, type KeyGroups, OK, POLL, type QueueIndex, SUBSCRIBE, TXN } from './queue-index.js';

export interface RealtimeLag {
  /** The invocation time of the poll. Time and lag are in the history's unit of time. */
  readonly time: number;
  readonly lag: number;
  readonly process: number | string | null;
  readonly key: Key | null;
}

export function findWorstLag({ index }: CheckInput): RealtimeLag | null {
  if (index.operationCount === 0 || !Number.isFinite(index.times[0])) return null;
  return new LagSearch(index).run();
}

/** Per key, ascending: the offsets that were the highest known at their time, with that time. */
interface Tips {
  readonly offsets: number[];
  readonly times: number[];
}

interface Position {
  readonly key: number;
  offset: number;
  /** The time from which a record beyond `offset` is known to exist. */
  expiredAt: number;
  /** The operation that moved the process to this position. Only later polls were at this position. */
  since: number;
}

class LagSearch {
  readonly #index: QueueIndex;
  readonly #tips: Tips[];
  readonly #positions: Map<number, Position>[];
  /** Per process: the invocation time of its last poll since it assigned or subscribed. */
  readonly #lastPoll: Float64Array;
  #worst: RealtimeLag = { time: 0, lag: 0, process: null, key: null };

  constructor(index: QueueIndex) {
    this.#index = index;
    this.#tips = index.keys.map(() => ({ offsets: [], times: [] }));
    this.#positions = index.processes.map(() => new Map());
    this.#lastPoll = new Float64Array(index.processes.length).fill(Number.NaN);
  }

  run(): RealtimeLag {
    const { types, kinds } = this.#index;
    for (let operation = 0; operation < types.length; operation++) {
      if (types[operation] === OK || types[operation] === INFO) this.#learnTips(operation);
    }
    for (let operation = 0; operation < types.length; operation++) {
      if (types[operation] !== OK) continue;
      const kind = kinds[operation];
      if (kind === ASSIGN) this.#assign(operation);
      else if (kind === SUBSCRIBE) this.#forgetAll(this.#index.processOf[operation]!);
      else if (kind === POLL || kind === TXN) this.#poll(operation);
    }
    for (let process = 0; process < this.#positions.length; process++) this.#forgetAll(process);
    return this.#worst;
  }

  #learnTips(operation: number): void {
    this.#learnTipsOf(this.#index.reads, operation);
    this.#learnTipsOf(this.#index.writes, operation);
  }

  #learnTipsOf(groups: KeyGroups, operation: number): void {
    for (let group = groups.of[operation]!; group < groups.of[operation + 1]!; group++) {
      const highest = highestOffset(groups, group);
      const { offsets, times } = this.#tips[groups.key[group]!]!;
      if (highest < 0 || (offsets.length > 0 && highest <= offsets[offsets.length - 1]!)) continue;
      offsets.push(highest);
      times.push(this.#index.times[operation]!);
    }
  }

  #assign(operation: number): void {
    const process = this.#index.processOf[operation]!;
    const { of, key } = this.#index.assigned;
    const before = this.#positions[process]!;
    this.#forgetAll(process);
    const after = this.#positions[process]!;
    for (const assigned of key.subarray(of[operation]!, of[operation + 1]!)) {
      after.set(assigned, before.get(assigned) ?? this.#positionAt(assigned, -1, operation));
    }
  }

  /** Forgets all positions of the process: its next polls start elsewhere. */
  #forgetAll(process: number): void {
    for (const position of this.#positions[process]!.values()) this.#settle(process, position);
    this.#positions[process] = new Map();
    this.#lastPoll[process] = Number.NaN;
  }

  #poll(operation: number): void {
    const { reads, writes, partner, processOf, times } = this.#index;
    const invocation = partner[operation]!;
    if (invocation < 0) return;
    const process = processOf[operation]!;
    this.#advanceAll(reads, operation, process);
    this.#advanceAll(writes, operation, process);
    this.#lastPoll[process] = times[invocation]!;
  }

  #advanceAll(groups: KeyGroups, operation: number, process: number): void {
    for (let group = groups.of[operation]!; group < groups.of[operation + 1]!; group++) {
      this.#advance(process, groups.key[group]!, highestOffset(groups, group), operation);
    }
  }

  /** Moves a position. Its lag only grows while it stays, so the lag is computed when the position is left (`#settle`). */
  #advance(process: number, key: number, offset: number, operation: number): void {
    const positions = this.#positions[process]!;
    const position = positions.get(key);
    if (position === undefined) positions.set(key, this.#positionAt(key, offset, operation));
    else if (offset > position.offset) {
      if (position.since !== operation) this.#settle(process, position);
      position.since = operation;
      position.offset = offset;
      position.expiredAt = this.#expiry(key, offset + 1);
    }
  }

  #settle(process: number, position: Position): void {
    const polledAt = this.#lastPoll[process]!;
    const lag = polledAt - position.expiredAt;
    if (!(lag > this.#worst.lag)) return;
    this.#worst = {
      time: polledAt,
      lag,
      process: this.#index.processes[process] ?? null,
      key: this.#index.keys[position.key] ?? null,
    };
  }

  #positionAt(key: number, offset: number, since: number): Position {
    return { key, offset, expiredAt: this.#expiry(key, offset + 1), since };
  }

  /** The time at which an offset of at least `offset` was first known to exist. */
  #expiry(key: number, offset: number): number {
    const { offsets, times } = this.#tips[key]!;
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return times[low] ?? Number.POSITIVE_INFINITY;
  }
}

function highestOffset(groups: KeyGroups, group: number): number {
  let highest = -1;
  for (let entry = groups.start[group]!; entry < groups.start[group + 1]!; entry++) {
    if (groups.offset[entry]! > highest) highest = groups.offset[entry]!;
  }
  return highest;
}
