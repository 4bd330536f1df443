/**
 * The order in which Clojure iterates over a hash set or hash map of these elements. When an offset has several values, Jepsen
 * uses the first value of such a set, and later counts depend on that choice. The same choice here gives the same counts.
 * The order is that of a hash trie: five bits of the hash at a time, lowest first (Murmur3 over the 64-bit integer, or over
 * Java's String.hashCode).
 */

import type { Key, Value } from '../../history/operation.js';

/** Clojure keeps maps of up to this many entries in the order of insertion. */
const ARRAY_MAP_ENTRIES_MAX = 8;

export function compareInClojureOrder(a: Value, b: Value): number {
  let left = clojureHash(a);
  let right = clojureHash(b);
  for (let level = 0; level < 7; level++) {
    const difference = (left & 31) - (right & 31);
    if (difference !== 0) return difference;
    left >>>= 5;
    right >>>= 5;
  }
  return 0;
}

/** The positions of these distinct map keys in the order in which a Clojure map lists them. */
export function clojureMapOrder(keys: readonly Key[]): number[] {
  if (keys.length <= ARRAY_MAP_ENTRIES_MAX) return [...keys.keys()];
  return keys.map(ranked).sort(byRank).map(positionOf);
}

interface Ranked {
  readonly rank: number;
  readonly position: number;
}

const ranked = (key: Key, position: number): Ranked => ({ rank: trieRank(clojureHash(key)), position });
const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank || a.position - b.position;
const positionOf = ({ position }: Ranked): number => position;

/** The hash with its groups of five bits reversed, so that plain numeric order is the order of the trie. */
function trieRank(hash: number): number {
  let rank = 0;
  for (let level = 0; level < 7; level++) {
    rank = rank * 32 + (hash & 31);
    hash >>>= 5;
  }
  return rank;
}

function clojureHash(value: Value): number {
  if (typeof value === 'string') return hashInt(javaStringHash(value));
  return Number.isSafeInteger(value) ? hashLong(value) : hashInt(Math.trunc(value) | 0);
}

function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

function hashInt(input: number): number {
  if (input === 0) return 0;
  return finish(mixHash(0, mixKey(input)), 4);
}

function hashLong(input: number): number {
  if (input === 0) return 0;
  const low = input | 0;
  const high = Math.floor(input / 2 ** 32) | 0;
  return finish(mixHash(mixHash(0, mixKey(low)), mixKey(high)), 8);
}

function mixKey(key: number): number {
  const mixed = Math.imul(key, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function mixHash(hash: number, key: number): number {
  const mixed = hash ^ key;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
