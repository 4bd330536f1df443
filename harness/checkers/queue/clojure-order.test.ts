import { describe, expect, it } from 'vitest';
import { clojureMapOrder, compareInClojureOrder } from './clojure-order.js';

/** As Clojure 1.11 prints (seq (set …)) and (keys (zipmap …)) of them. */
const INTEGERS = [641, 7, -1, 4294967296, 645, 4294967297, -5, 123456789012];
const TEXTS = ['', 'x', '17', 'orders-1', 'orders-0', 'größer', 'a', 'b'];
const KEYS = [
  121, 110, 128, 101, 102, 106, 119, 104, 116, 113, 129, 117, 108, 109, 118, 100, 122, 111, 103, 125,
];

describe('the order of Clojure’s sets and maps', () => {
  it('is that of the hashes of integers and of text', () => {
    for (const set of [INTEGERS, TEXTS]) {
      const sorted = [...set].sort();
      expect(sorted.sort(compareInClojureOrder)).toEqual(set);
    }
  });

  it('is that of insertion in maps of up to eight entries, and of hashes beyond', () => {
    const few = [3, 1, 2, 9, 8, 7, 6, 5];
    expect(clojureMapOrder(few)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const many = [...KEYS].sort((a, b) => a - b);
    expect(clojureMapOrder(many).map((at) => many[at])).toEqual(KEYS);
  });
});
