/**
 * Memory of one run, cut from slabs that the runs of a thread use one after the other. What a run keeps in bytes (files,
 * logs, its history) lives until the run is over, megabytes of it; left to the collector it would start a full collection every
 * few runs, which costs more than all scavenges.
 *
 * Runs that are under way at the same time never share a slab. Whoever forgets to release a run's memory loses nothing but
 * that: the collector takes it.
 */
import { insist } from './harness-bug.js';

const SLAB_BYTES = 1 << 20;
/** Of one run. A longer one takes what it needs from the collector. */
const SLABS_MAX = 16;
/** A piece has one of these sizes, each twice the one before. */
const SMALLEST_PIECE_BYTES = 64;
const SMALLEST_PIECE_BITS = 6;
const PIECE_KINDS = 15;

/** Slabs that no run holds. */
const spareSlabs: Uint8Array[] = [];

export class RunMemory {
  readonly #slabs: Uint8Array[] = [];
  /** Pieces given back, by size. */
  readonly #spare: Uint8Array[][] = Array.from({ length: PIECE_KINDS }, () => []);
  #slab: Uint8Array | null = null;
  #usedBytes = 0;
  #released = false;

  get isReleased(): boolean {
    return this.#released;
  }

  /** At least `sizeBytes` zeros: the next power of two, from 64. They are the taker's until the run is over. */
  take(sizeBytes: number): Uint8Array {
    insist(!this.#released, 'memory of a run that is over');
    const bits = sizeBytes <= SMALLEST_PIECE_BYTES ? SMALLEST_PIECE_BITS : 32 - Math.clz32(sizeBytes - 1);
    const pieceBytes = 2 ** bits;
    if (pieceBytes > SLAB_BYTES) return new Uint8Array(pieceBytes);
    const spare = this.#spare[bits - SMALLEST_PIECE_BITS]!.pop();
    if (spare !== undefined) return spare.fill(0);
    return this.#cut(pieceBytes);
  }

  /** Nobody holds this piece, of those `take` gave, any more, nor a view of it. */
  giveBack(piece: Uint8Array): void {
    if (piece.buffer.byteLength !== SLAB_BYTES) return;
    this.#spare[31 - Math.clz32(piece.length) - SMALLEST_PIECE_BITS]!.push(piece);
  }

  /** The run is over: whatever was taken is for other runs. */
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
