/**
 * Typed arrays that grow by doubling: they hold millions of small integers without an object each. The owner chooses their
 * memory. In a campaign the next run reuses the memory of a run's columns, because memory left to the garbage collector
 * causes more frequent full collections.
 */

/** The memory of columns. */
export interface ColumnMemory {
  /** True when the run has ended and its columns are gone. */
  readonly isReleased: boolean;
  /** At least `sizeBytes` bytes, aligned to eight. */
  take(sizeBytes: number): Uint8Array;
  /** Returns a piece. The caller keeps no reference to the piece or to a view of it. */
  giveBack(piece: Uint8Array): void;
}

/** Memory that the garbage collector frees. */
export const COLLECTED: ColumnMemory = {
  isReleased: false,
  take: (sizeBytes) => new Uint8Array(sizeBytes),
  giveBack: () => {},
};

const LENGTH_AT_FIRST = 1024;

export class Int32List {
  readonly #memory: ColumnMemory;
  #array: Int32Array;
  #length = 0;

  constructor(memory: ColumnMemory = COLLECTED) {
    this.#memory = memory;
    this.#array = int32sIn(memory.take(LENGTH_AT_FIRST * Int32Array.BYTES_PER_ELEMENT));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#array.length) this.#grow();
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

  #grow(): void {
    const grown = int32sIn(this.#memory.take(2 * this.#array.byteLength));
    grown.set(this.#array);
    this.#memory.giveBack(bytesOf(this.#array));
    this.#array = grown;
  }
}

/** Offsets: safe integers that may not fit 32 bits. */
export class Float64List {
  readonly #memory: ColumnMemory;
  #array: Float64Array;
  #length = 0;

  constructor(memory: ColumnMemory = COLLECTED) {
    this.#memory = memory;
    this.#array = float64sIn(memory.take(LENGTH_AT_FIRST * Float64Array.BYTES_PER_ELEMENT));
  }

  push(value: number): void {
    if (this.#length === this.#array.length) this.#grow();
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

  #grow(): void {
    const grown = float64sIn(this.#memory.take(2 * this.#array.byteLength));
    grown.set(this.#array);
    this.#memory.giveBack(bytesOf(this.#array));
    this.#array = grown;
  }
}

function int32sIn({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / Int32Array.BYTES_PER_ELEMENT);
}

function float64sIn({ buffer, byteOffset, length }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, length / Float64Array.BYTES_PER_ELEMENT);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
