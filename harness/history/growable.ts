/** Typed arrays that grow by doubling: millions of small integers without a million small objects. */

export class Int32List {
  #array: Int32Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#array = new Int32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const grown = new Int32Array(this.#array.length * 2);
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.#length++] = value;
  }

  at(position: number): number {
    return this.#array[position]!;
  }

  set(position: number, value: number): void {
    this.#array[position] = value;
  }

  /** Forgets what was pushed from here on. */
  cut(length: number): void {
    this.#length = length;
  }

  /** A view, valid until the next push. */
  view(): Int32Array {
    return this.#array.subarray(0, this.#length);
  }
}

/** Offsets: safe integers that may not fit 32 bits. */
export class Float64List {
  #array: Float64Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#array = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const grown = new Float64Array(this.#array.length * 2);
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.#length++] = value;
  }

  at(position: number): number {
    return this.#array[position]!;
  }

  /** Forgets what was pushed from here on. */
  cut(length: number): void {
    this.#length = length;
  }

  /** A view, valid until the next push. */
  view(): Float64Array {
    return this.#array.subarray(0, this.#length);
  }
}
