/**
 * The running digest of a trace, in two 32-bit lanes. For a given input, each step is a bijection of the 64-bit state:
 * two traces that differ in one word keep different digests until a second word differs too. It is not cryptographic.
 */
const MULTIPLIER_A = 0x9e3779b1 | 0;
const MULTIPLIER_B = 0x85ebca6b | 0;

export class RunningDigest {
  #a = 0x243f6a88 | 0;
  #b = 0x85a308d3 | 0;

  /** Mixes in the low 32 bits of each of four words. */
  mix(first: number, second: number, third: number, fourth: number): void {
    let a = this.#a;
    let b = this.#b;
    a = Math.imul(((a << 5) | (a >>> 27)) ^ first, MULTIPLIER_A);
    b = Math.imul(((b << 7) | (b >>> 25)) ^ second, MULTIPLIER_B);
    a = Math.imul(((a << 5) | (a >>> 27)) ^ third ^ b, MULTIPLIER_A);
    b = Math.imul(((b << 7) | (b >>> 25)) ^ fourth ^ a, MULTIPLIER_B);
    this.#a = a;
    this.#b = b;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const a = finish(this.#a ^ Math.imul(this.#b, MULTIPLIER_A));
    const b = finish(this.#b ^ Math.imul(a, MULTIPLIER_B));
    return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
  }
}

/** The 32-bit hash of a text: the digest word that stands for a name. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return finish(hash) | 0;
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function finish(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
