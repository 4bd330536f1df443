/**
 * The memory of one run, cut from slabs that the runs of a thread use one after the other. The byte arrays of a run (files,
 * logs, its history) take megabytes and live until the run ends. Without slabs they would cause a full garbage collection
 * every few runs, which costs more than all scavenges together.
 *
 * Runs in progress at the same time never share a slab. When a run's memory is not released, the garbage collector frees it.
 */
import { insist } from './harness-bug.js';

const SLAB_BYTES = 1 << 20;
/** The most slabs of one run. A run that needs more memory allocates it outside the slabs. */
const SLABS_MAX = 16;
/** The sizes of pieces are powers of two: `PIECE_KINDS` of them, from the smallest on. */
const SMALLEST_PIECE_BYTES = 64;
const SMALLEST_PIECE_BITS = 6;
const PIECE_KINDS = 15;

/** Slabs that no run holds. */
const spareSlabs: Uint8Array[] = [];

export class RunMemory {
  readonly #slabs: Uint8Array[] = [];
  /** Returned pieces, by size. */
  readonly #spare: Uint8Array[][] = Array.from({ length: PIECE_KINDS }, () => []);
  #slab: Uint8Array | null = null;
  #usedBytes = 0;
  #released = false;

  get isReleased(): boolean {
    return this.#released;
  }

  /** At least `sizeBytes` zeros: the next power of two, 64 or more. The piece belongs to the caller until the run ends. */
  take(sizeBytes: number): Uint8Array {
    insist(!this.#released, 'memory of a run that is over');
    const bits = sizeBytes <= SMALLEST_PIECE_BYTES ? SMALLEST_PIECE_BITS : 32 - Math.clz32(sizeBytes - 1);
    const pieceBytes = 2 ** bits;
    if (pieceBytes > SLAB_BYTES) return new Uint8Array(pieceBytes);
    const spare = this.#spare[bits - SMALLEST_PIECE_BITS]!.pop();
    if (spare !== undefined) return spare.fill(0);
    return this.#cut(pieceBytes);
  }

  /** Returns a piece from `take`. The caller keeps no reference to the piece or to a view of it. */
  giveBack(piece: Uint8Array): void {
    if (piece.buffer.byteLength !== SLAB_BYTES) return;
    this.#spare[31 - Math.clz32(piece.length) - SMALLEST_PIECE_BITS]!.push(piece);
  }

  /** Ends the run: other runs may use its slabs. */
  release(): void {
    this.#released = true;
    spareSlabs.push(...this.#slabs);
    this.#slabs.length = 0;
    this.#spare.length = 0;
    this.#slab = null;
  }

  #cut(pieceBytes: number): Uint8Array {
    if (this.#slab === null || this.#usedBytes + pieceBytes > SLAB_BYTES) {
      if (this.#slabs.length === SLABS_MAX) return new Uint8Array(pieceBytes);
      this.#slab = spareSlabs.pop() ?? new Uint8Array(SLAB_BYTES);
      this.#slabs.push(this.#slab);
      this.#usedBytes = 0;
    }
    const piece = this.#slab.subarray(this.#usedBytes, this.#usedBytes + pieceBytes);
    this.#usedBytes += pieceBytes;
    return piece.fill(0);
  }
}
