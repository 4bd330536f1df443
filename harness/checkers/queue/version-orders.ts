/**
 * The order of values in each key's log, as far as the history proves it. Every poll counts, with any outcome of its
 * operation, because a consumer receives only records of the log. Sends count when they must have committed.
 *
 * An *index* is the rank of an offset among the offsets with a known value; gaps in offsets are legal (transaction markers).
 * When an offset has several values, `indexOf` uses one of them; `firstIndex` and `lastIndex` use all of them.
 */

import { compareInClojureOrder } from './clojure-order.js';
import type { KeyGroups, QueueIndex } from './queue-index.js';
import { INVOKE } from './queue-index.js';

export interface VersionOrders {
  /** Key k has slots [slotStart[k], slotStart[k + 1]); the slot of index i is slotStart[k] + i. */
  readonly slotStart: Int32Array;
  readonly slotOffset: Float64Array;
  /** The chosen value of the slot. */
  readonly slotValue: Int32Array;
  /** All values of each slot with several values, in the order of Clojure's sets. */
  readonly conflicts: ReadonlyMap<number, readonly number[]>;
  /** Per value: its index, and the indices of its first and its last slot; -1 when its place in the log is unknown. */
  readonly indexOf: Int32Array;
  readonly firstIndex: Int32Array;
  readonly lastIndex: Int32Array;
  /** The offsets, ascending, of each value at several offsets. The map is not sorted by value. */
  readonly repeats: ReadonlyMap<number, readonly number[]>;
}

/** A counting sort is used while the range of offsets is at most this many times the number of entries. */
const OFFSETS_PER_ENTRY_MAX = 4;

export function orderVersions(index: QueueIndex): VersionOrders {
  const sightings = collectSightings(index);
  const { entryStart, entryValue, entryOffset } = groupByKey(index, sightings);
  const valueCount = index.values.length;
  const slotStart = new Int32Array(index.keys.length + 1);
  const slotOffset = new Float64Array(entryValue.length);
  const slotValue = new Int32Array(entryValue.length);
  const conflicts = new Map<number, number[]>();
  const indexOf = new Int32Array(valueCount).fill(-1);
  const firstIndex = new Int32Array(valueCount).fill(-1);
  const lastIndex = new Int32Array(valueCount).fill(-1);
  let slot = 0;
  for (let key = 0; key < index.keys.length; key++) {
    const from = entryStart[key]!;
    const to = entryStart[key + 1]!;
    const start = slot;
    slotStart[key] = start;
    const order = orderByOffset(entryOffset, from, to);
    for (let at = from; at < to; ) {
      const first = order === null ? at : order[at - from]!;
      const offset = entryOffset[first]!;
      slotOffset[slot] = offset;
      slotValue[slot] = entryValue[first]!;
      at++;
      while (at < to) {
        const next = order === null ? at : order[at - from]!;
        if (entryOffset[next] !== offset) break;
        const members = conflicts.get(slot);
        if (members === undefined) conflicts.set(slot, [slotValue[slot]!, entryValue[next]!]);
        else members.push(entryValue[next]!);
        at++;
      }
      const members = conflicts.get(slot);
      if (members === undefined) place(slotValue[slot]!, slot - start);
      else {
        members.sort((a, b) => compareInClojureOrder(index.values[a]!, index.values[b]!) || a - b);
        slotValue[slot] = members[0]!;
        for (const member of members) place(member, slot - start);
      }
      indexOf[slotValue[slot]!] = slot - start;
      slot++;
    }
  }
  slotStart[index.keys.length] = slot;
  return {
    slotStart,
    slotOffset: slotOffset.subarray(0, slot),
    slotValue: slotValue.subarray(0, slot),
    conflicts,
    indexOf,
    firstIndex,
    lastIndex,
    repeats: sightings.repeats,
  };

  function place(value: number, position: number): void {
    if (firstIndex[value] === -1) firstIndex[value] = position;
    lastIndex[value] = position;
  }
}

interface Sightings {
  /** Per value: the first offset at which it was seen, -1 when it was seen at none. */
  readonly offset: Float64Array;
  readonly repeats: ReadonlyMap<number, readonly number[]>;
}

function collectSightings(index: QueueIndex): Sightings {
  const offsets = new Float64Array(index.values.length).fill(-1);
  const several = new Map<number, Set<number>>();
  const { types, committed, reads, writes, stray } = index;
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] === INVOKE) continue;
    seeAll(reads, operation);
    if (committed[operation] === 1) seeAll(writes, operation);
  }
  for (let entry = 0; entry < stray.value.length; entry++) see(stray.value[entry]!, stray.offset[entry]!);
  const repeats = new Map<number, readonly number[]>();
  for (const [value, set] of several)
    repeats.set(
      value,
      [...set].sort((a, b) => a - b),
    );
  return { offset: offsets, repeats };

  function seeAll(groups: KeyGroups, operation: number): void {
    const end = groups.start[groups.of[operation + 1]!]!;
    for (let entry = groups.start[groups.of[operation]!]!; entry < end; entry++) {
      const offset = groups.offset[entry]!;
      if (offset >= 0) see(groups.value[entry]!, offset);
    }
  }

  function see(value: number, offset: number): void {
    const known = offsets[value]!;
    if (known === -1) offsets[value] = offset;
    else if (known !== offset) {
      const set = several.get(value);
      if (set === undefined) several.set(value, new Set([known, offset]));
      else set.add(offset);
    }
  }
}

function groupByKey(index: QueueIndex, sightings: Sightings) {
  const { valueKeys } = index;
  const { offset, repeats } = sightings;
  const entryStart = new Int32Array(index.keys.length + 1);
  for (let value = 0; value < offset.length; value++) {
    if (offset[value]! >= 0) entryStart[valueKeys[value]! + 1]! += repeats.get(value)?.length ?? 1;
  }
  for (let key = 0; key < index.keys.length; key++) entryStart[key + 1]! += entryStart[key]!;
  const total = entryStart[index.keys.length]!;
  const next = entryStart.slice();
  const entryValue = new Int32Array(total);
  const entryOffset = new Float64Array(total);
  for (let value = 0; value < offset.length; value++) {
    if (offset[value]! < 0) continue;
    const key = valueKeys[value]!;
    for (const at of repeats.get(value) ?? [offset[value]!]) {
      const entry = next[key]!++;
      entryValue[entry] = value;
      entryOffset[entry] = at;
    }
  }
  return { entryStart, entryValue, entryOffset };
}

/** The entries of [from, to) in a stable order by offset; null when they are already in that order. */
function orderByOffset(offsets: Float64Array, from: number, to: number): Int32Array | null {
  let least = Number.POSITIVE_INFINITY;
  let most = -1;
  let isSorted = true;
  for (let entry = from; entry < to; entry++) {
    const offset = offsets[entry]!;
    if (offset < most) isSorted = false;
    if (offset < least) least = offset;
    if (offset > most) most = offset;
  }
  if (isSorted) return null;
  const count = to - from;
  const order = new Int32Array(count);
  const span = most - least + 1;
  if (span > OFFSETS_PER_ENTRY_MAX * count + 1024) {
    for (let i = 0; i < count; i++) order[i] = from + i;
    return order.sort((a, b) => offsets[a]! - offsets[b]! || a - b);
  }
  const next = new Int32Array(span + 1);
  for (let entry = from; entry < to; entry++) next[offsets[entry]! - least + 1]!++;
  for (let i = 0; i < span; i++) next[i + 1]! += next[i]!;
  for (let entry = from; entry < to; entry++) order[next[offsets[entry]! - least]!++] = entry;
  return order;
}
