/**
 * Cuts a stream of bytes into frames: four bytes with a length (big-endian), then so many bytes. Takes the stream in any pieces. A frame
 * that lies in one piece is a view of it; one that does not is put together in a buffer that grows by doubling, so that the work
 * is linear in the bytes whatever the pieces are.
 */
const LENGTH_BYTES = 4;
const NO_BYTES = new Uint8Array(0);

/** `invalid-length`: below zero or above the maximum; nothing that follows can be read. */
export type NextFrame = Uint8Array | null | 'invalid-length';

export class FrameDecoder {
  readonly #frameBytesMax: number;
  #bytes: Uint8Array = NO_BYTES;
  /** What is not yet taken is [start, end) of `#bytes`. */
  #start = 0;
  #end = 0;
  /** `#bytes` is a buffer of this decoder, free behind `#end`. */
  #isOwn = false;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
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

  /** The next whole frame without its length; null until more bytes come. */
  next(): NextFrame {
    const lengthBytes = this.#frameLength();
    if (lengthBytes === null) return null;
    if (!this.#isValid(lengthBytes)) return 'invalid-length';
    const start = this.#start + LENGTH_BYTES;
    if (this.#end - start < lengthBytes) return null;
    this.#start = start + lengthBytes;
    return this.#bytes.subarray(start, this.#start);
  }

  /** A call of `next` would return something. */
  get hasNext(): boolean {
    const lengthBytes = this.#frameLength();
    if (lengthBytes === null) return false;
    return !this.#isValid(lengthBytes) || this.#end - this.#start - LENGTH_BYTES >= lengthBytes;
  }

  #isValid(lengthBytes: number): boolean {
    return lengthBytes >= 0 && lengthBytes <= this.#frameBytesMax;
  }

  #frameLength(): number | null {
    const at = this.#start;
    if (this.#end - at < LENGTH_BYTES) return null;
    const bytes = this.#bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  /** Frames that were taken are views of the old buffer: nothing is moved inside it. */
  #makeRoom(pieceBytes: number): void {
    const keptBytes = this.#end - this.#start;
    const roomier = new Uint8Array(2 * (keptBytes + pieceBytes));
    roomier.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = roomier;
    this.#start = 0;
    this.#end = keptBytes;
    this.#isOwn = true;
  }
}
