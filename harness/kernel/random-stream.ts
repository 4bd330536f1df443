/**
 * Labelled random streams. A stream is a pure function of (seed, label), so one more draw from a stream changes no other
 * stream. The generator is seedrandom's Tyche-i: it uses integers only and gives the same numbers on every engine.
 */
import seedrandom from 'seedrandom';
import type { RandomStream } from '../env.js';
import { insist } from './harness-bug.js';

const TWO_TO_21 = 0x200000;
const TWO_TO_31 = 0x80000000;
const TWO_TO_32 = 0x100000000;

export class SeededStream implements RandomStream {
  readonly #next: () => number;

  constructor(seed: string, label: string) {
    this.#next = seedrandom.tychei(`${seed}\u0000${label}`).int32;
  }

  /** Exactly uniform. It usually takes one draw: draws that would favour some values are rejected. */
  nextInt(boundExclusive: number): number {
    if (boundExclusive <= TWO_TO_21 && boundExclusive > 0 && (boundExclusive | 0) === boundExclusive) {
      // The product is below 2^53 and therefore exact. Method: D. Lemire, "Fast random integer generation in an interval".
      for (;;) {
        const product = (this.#next() >>> 0) * boundExclusive;
        const quotient = Math.floor(product / TWO_TO_32);
        const rest = product - quotient * TWO_TO_32;
        if (rest >= boundExclusive || rest >= TWO_TO_32 % boundExclusive) {
          return quotient;
        }
      }
    }
    insist(
      Number.isInteger(boundExclusive) && boundExclusive >= 1 && boundExclusive <= TWO_TO_31,
      `nextInt(${boundExclusive}): the bound must be an integer in [1, 2^31]`,
    );
    const mask = 0xffffffff >>> Math.clz32(boundExclusive - 1);
    for (;;) {
      const value = this.#next() & mask;
      if (value < boundExclusive) {
        return value;
      }
    }
  }
}
