import * as batch from '../protocol/record-batch.js';

const FIRST_CHUNK_BYTES = 4 * 1024;
const CHUNK_BYTES = 64 * 1024;

const NO_BYTES = new Uint8Array(0);

/** A run of batches, contiguous in bytes and offsets. Bytes once published never change again. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** Of the batches published, in order. */
  readonly baseOffsets: number[];
  readonly positions: number[];
  endOffset: number;
  endPosition: number;
  /**
   * What was staged or read last, from `viewStart`: mostly the batches just appended, which every follower and a consumer
   * ask for next. A view costs more than all that is done to find its place.
   */
  view: Uint8Array;
  viewStart: number;
}

/**
 * The newest batches of one log in memory, as the page cache would have them: fetches at the tail never touch the disk.
 * Bounded in bytes; whole chunks go, oldest first. Reads hand out views: nobody may write to them.
 */
export class TailCache {
  readonly #limitBytes: number;
  readonly #chunks: Chunk[] = [];
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The first offset held; equal to `endOffset` where nothing is. */
  get startOffset(): number {
    return this.#chunks[0]?.baseOffsets[0] ?? -1;
  }

  /** A copy of `source` at the place where it will be read from; not visible until `publish`. One at a time. */
  stage(source: Uint8Array): Uint8Array {
    const last = this.#chunks[this.#chunks.length - 1];
    let chunk = last;
    if (chunk === undefined || chunk.endPosition + source.length > chunk.bytes.length) {
      const usual = Math.max(FIRST_CHUNK_BYTES, Math.min(CHUNK_BYTES, 2 * (last?.bytes.length ?? 0)));
      chunk = {
        bytes: new Uint8Array(Math.max(usual, source.length)),
        baseOffsets: [],
        positions: [],
        endOffset: 0,
        endPosition: 0,
        view: NO_BYTES,
        viewStart: 0,
      };
      this.#chunks.push(chunk);
      this.#heldBytes += chunk.bytes.length;
      this.#evict();
    }
    chunk.bytes.set(source, chunk.endPosition);
    return viewOf(chunk, chunk.endPosition, chunk.endPosition + source.length);
  }

  /** The batch staged at `position` of the bytes last staged is in the log now. */
  publish(baseOffset: number, lastOffset: number, sizeBytes: number): void {
    const chunk = this.#chunks[this.#chunks.length - 1]!;
    chunk.baseOffsets.push(baseOffset);
    chunk.positions.push(chunk.endPosition);
    chunk.endPosition += sizeBytes;
    chunk.endOffset = lastOffset + 1;
  }

  /**
   * Whole batches from the one holding `fromOffset`, all below `endOffset`, of at most `maxBytes` together, the first
   * whatever its size if `minOneBatch`. null: none there. undefined: not held here.
   */
  read(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
  ): Uint8Array | null | undefined {
    const chunks = this.#chunks;
    let at = chunks.length - 1;
    while (at >= 0 && (chunks[at]!.baseOffsets.length === 0 || chunks[at]!.baseOffsets[0]! > fromOffset))
      at--;
    if (at < 0) return undefined;
    const chunk = chunks[at]!;
    if (fromOffset >= chunk.endOffset) return undefined;
    const first = floorIndex(chunk.baseOffsets, fromOffset);
    const start = chunk.positions[first]!;
    let end = start;
    const count = chunk.baseOffsets.length;
    for (let index = first; index < count; index++) {
      const nextOffset = index + 1 < count ? chunk.baseOffsets[index + 1]! : chunk.endOffset;
      const nextPosition = index + 1 < count ? chunk.positions[index + 1]! : chunk.endPosition;
      if (nextOffset > endOffset) break;
      if (nextPosition - start > maxBytes && !(minOneBatch && index === first)) break;
      end = nextPosition;
    }
    return end === start ? null : viewOf(chunk, start, end);
  }

  /** Forgets every batch that reaches `offset` or beyond; bytes handed out stay as they are. */
  truncate(offset: number): void {
    for (let chunk = this.#chunks.at(-1); chunk !== undefined; chunk = this.#chunks.at(-1)) {
      if (chunk.baseOffsets.length > 0 && chunk.endOffset <= offset) break;
      this.#chunks.pop();
      this.#heldBytes -= chunk.bytes.length;
      const kept = chunk.baseOffsets.length === 0 ? -1 : floorIndex(chunk.baseOffsets, offset - 1);
      if (kept < 0) continue;
      const whole = batch.lastOffset(chunk.bytes, chunk.positions[kept]!) < offset ? kept + 1 : kept;
      if (whole > 0) this.#retain(chunk, whole);
      break;
    }
  }

  /** Keeps the first batches of a chunk, in a copy: what follows them will differ from what was handed out. */
  #retain(chunk: Chunk, count: number): void {
    const endPosition = count < chunk.positions.length ? chunk.positions[count]! : chunk.endPosition;
    this.#chunks.push({
      bytes: chunk.bytes.slice(0, endPosition),
      baseOffsets: chunk.baseOffsets.slice(0, count),
      positions: chunk.positions.slice(0, count),
      endOffset: count < chunk.baseOffsets.length ? chunk.baseOffsets[count]! : chunk.endOffset,
      endPosition,
      view: NO_BYTES,
      viewStart: 0,
    });
    this.#heldBytes += endPosition;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#heldBytes = 0;
  }

  #evict(): void {
    while (this.#heldBytes > this.#limitBytes && this.#chunks.length > 1) {
      this.#heldBytes -= this.#chunks[0]!.bytes.length;
      this.#chunks.shift();
    }
  }
}

function viewOf(chunk: Chunk, start: number, end: number): Uint8Array {
  if (chunk.viewStart !== start || chunk.view.length !== end - start) {
    chunk.view = chunk.bytes.subarray(start, end);
    chunk.viewStart = start;
  }
  return chunk.view;
}

/** The index of the last element ≤ `value`; −1 where there is none. Looks near the end first. */
function floorIndex(ascending: readonly number[], value: number): number {
  let high = ascending.length - 1;
  if (high < 0 || ascending[high]! <= value) return high;
  let low = -1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
