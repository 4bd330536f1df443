/**
 * Cuts a stream of bytes into frames: four bytes with a length (big-endian), then that many bytes. The stream may
 * come in any pieces. A frame inside one piece is returned as a view of the piece. Another frame is assembled in a
 * buffer that grows by doubling, at most to the end of the frame, so the work is linear in the bytes whatever the
 * pieces are.
 */
import { int32At } from '../schema/big-endian.js';
import { allocate } from '../slab.js';

const LENGTH_BYTES = 4;
const NO_BYTES = new Uint8Array(0);

/** `invalid-length`: negative or above the maximum. Nothing after it can be read. */
export type NextFrame = Uint8Array | null | 'invalid-length';

export class FrameDecoder {
  /** A longer frame is invalid. */
  frameBytesMax: number;
  #bytes: Uint8Array = NO_BYTES;
  /** The bytes not read yet are [start, end) of `#bytes`. */
  #start = 0;
  #end = 0;
  /** `#bytes` is a buffer of this decoder, with free space from `#end`. */
  #isOwn = false;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  push(piece: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#bytes = piece;
      this.#start = 0;
      this.#end = piece.length;
      this.#isOwn = false;
      return;
    }
    if (!this.#isOwn || this.#bytes.length - this.#end < piece.length) this.#makeRoom(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** The next whole frame without its length; null until more bytes arrive. */
  next(): NextFrame {
    const lengthBytes = this.#frameLength();
    if (lengthBytes === null) return null;
    if (!this.#isValid(lengthBytes)) return 'invalid-length';
    const start = this.#start + LENGTH_BYTES;
    if (this.#end - start < lengthBytes) return null;
    this.#start = start + lengthBytes;
    return this.#bytes.subarray(start, this.#start);
  }

  /** Whether `next` would return a frame. */
  get hasNext(): boolean {
    const lengthBytes = this.#frameLength();
    if (lengthBytes === null) return false;
    return !this.#isValid(lengthBytes) || this.#end - this.#start - LENGTH_BYTES >= lengthBytes;
  }

  #isValid(lengthBytes: number): boolean {
    return lengthBytes >= 0 && lengthBytes <= this.frameBytesMax;
  }

  #frameLength(): number | null {
    return this.#end - this.#start < LENGTH_BYTES ? null : int32At(this.#bytes, this.#start);
  }

  /** Frames already returned are views of the old buffer, so nothing is moved inside it. */
  #makeRoom(pieceBytes: number): void {
    const keptBytes = this.#end - this.#start;
    const neededBytes = keptBytes + pieceBytes;
    const frameBytes = LENGTH_BYTES + (this.#frameLength() ?? neededBytes);
    const roomier = allocate(Math.max(neededBytes, Math.min(2 * neededBytes, frameBytes)));
    roomier.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = roomier;
    this.#start = 0;
    this.#end = keptBytes;
    this.#isOwn = true;
  }
}
