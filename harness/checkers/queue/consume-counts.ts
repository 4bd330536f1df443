/**
 * consume-counts: how often one process polled each value while it was subscribed. Polls after `assign` may repeat values and
 * do not count. This is not an anomaly, but a measure for exactly-once.
 */

import type { CheckInput } from './check-input.js';
import { compareValues } from './inconsistent-offsets.js';
import { OK, POLL, SUBSCRIBE, TXN } from './queue-index.js';

export interface ConsumeCounts {
  /** Number of polls → number of (process, key, value) that were polled that often. */
  readonly distribution: Readonly<Record<string, number>>;
  /** Key → value → number of polls by one process, for values polled more than once; at most 1,000 entries. */
  readonly 'dup-counts': Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const DUPLICATES_MAX = 1000;

export function countConsumption(input: CheckInput): ConsumeCounts {
  const { index } = input;
  const counts = index.processes.map(() => null as Map<number, number> | null);
  for (let operation = 0; operation < index.types.length; operation++) {
    if (index.types[operation] !== OK) continue;
    const process = index.processOf[operation]!;
    const kind = index.kinds[operation];
    if (kind === SUBSCRIBE) counts[process] ??= new Map();
    const count = counts[process];
    if (!count || (kind !== POLL && kind !== TXN)) continue;
    const { reads } = index;
    const end = reads.start[reads.of[operation + 1]!]!;
    for (let entry = reads.start[reads.of[operation]!]!; entry < end; entry++) {
      const value = reads.value[entry]!;
      count.set(value, (count.get(value) ?? 0) + 1);
    }
  }
  return summarize(input, counts);
}

function summarize(input: CheckInput, counts: readonly (Map<number, number> | null)[]): ConsumeCounts {
  const distribution = new Map<number, number>();
  const repeated = new Map<number, number>();
  for (const count of counts) {
    if (count === null) continue;
    for (const [value, times] of count) {
      distribution.set(times, (distribution.get(times) ?? 0) + 1);
      if (times > 1 && (repeated.has(value) || repeated.size < DUPLICATES_MAX)) repeated.set(value, times);
    }
  }
  // A map, because a key may have any name, including `__proto__`.
  const duplicates = new Map<string, [string, number][]>();
  const { valueKeys } = input.index;
  const keyOf = (value: number) => input.key(valueKeys[value]!);
  const values = [...repeated.keys()].sort((a, b) => compareValues(keyOf(a), keyOf(b)) || a - b);
  for (const value of values) {
    const key = String(keyOf(value));
    const entry: [string, number] = [String(input.value(value)), repeated.get(value)!];
    const known = duplicates.get(key);
    if (known === undefined) duplicates.set(key, [entry]);
    else known.push(entry);
  }
  const sorted = [...distribution]
    .sort(([a], [b]) => a - b)
    .map(([times, many]) => [String(times), many] as const);
  const dupCounts = [...duplicates].map(([key, entries]) => [key, Object.fromEntries(entries)] as const);
  return { distribution: Object.fromEntries(sorted), 'dup-counts': Object.fromEntries(dupCounts) };
}
