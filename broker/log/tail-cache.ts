import type { Env } from '../env.js';
import * as batch from '../protocol/record-batch.js';

/**
 * Most of the thousands of logs of a large cluster are small, so a chunk begins small and grows up to its
 * full size.
 */
const SEED_BYTES = 256;
const FIRST_CHUNK_BYTES = 4 * 1024;
const CHUNK_BYTES = 64 * 1024;

const NO_BYTES = new Uint8Array(0);

/** The distance in bytes between the positions from which the search for a batch starts. */
const MARK_BYTES = 1024;

/**
 * A run of batches, contiguous in bytes and offsets. Each batch states its own length. Published bytes
 * never change.
 */
interface Chunk {
  bytes: Uint8Array;
  /** The positions of about one batch in every `MARK_BYTES`. The first batch needs no mark. */
  readonly marks: number[];
  firstOffset: number;
  endOffset: number;
  /** The position and the base offset of the last batch. */
  lastPosition: number;
  lastBaseOffset: number;
  endPosition: number;
  /**
   * The bytes staged or read last, from `viewStart`. These are mostly the batches just appended, which
   * every follower and a consumer request next. Creating a view costs more than finding its place.
   */
  view: Uint8Array;
  viewStart: number;
}

/**
 * The newest batches of one log in memory, in the role of the page cache: fetches at the tail never touch
 * the disk. The cache is bounded in bytes; whole chunks are evicted, oldest first. Reads return views,
 * which must not be written to.
 */
export class TailCache {
  readonly #env: Pick<Env, 'allocate'>;
  readonly #limitBytes: number;
  #chunks: Chunk[] = [];
  #heldBytes = 0;

  constructor(env: Pick<Env, 'allocate'>, limitBytes: number) {
    this.#env = env;
    this.#limitBytes = limitBytes;
  }

  /**
   * Copies `source` to the place from which it will be read. The copy is invisible until `publish`. Only
   * one may be staged at a time.
   */
  stage(source: Uint8Array): Uint8Array {
    const chunk = this.#roomFor(source.length);
    chunk.bytes.set(source, chunk.endPosition);
    return viewOf(chunk, chunk.endPosition, chunk.endPosition + source.length);
  }

  #roomFor(sizeBytes: number): Chunk {
    const last = this.#chunks[this.#chunks.length - 1];
    if (last === undefined) {
      const first = emptyChunk(this.#env.allocate(Math.max(SEED_BYTES, sizeBytes)));
      this.#chunks = [first];
      this.#heldBytes = first.bytes.length;
      return first;
    }
    const endPosition = last.endPosition + sizeBytes;
    if (endPosition <= last.bytes.length) return last;
    if (endPosition <= FIRST_CHUNK_BYTES) {
      this.#grow(last, endPosition);
      return last;
    }
    const usual = Math.max(FIRST_CHUNK_BYTES, Math.min(CHUNK_BYTES, 2 * last.bytes.length));
    const next = emptyChunk(this.#env.allocate(Math.max(usual, sizeBytes)));
    this.#chunks.push(next);
    this.#heldBytes += next.bytes.length;
    this.#evict();
    return next;
  }

  /** Views already returned stay valid. */
  #grow(chunk: Chunk, neededBytes: number): void {
    const grown = this.#env.allocate(neededBytes);
    grown.set(chunk.bytes.subarray(0, chunk.endPosition));
    this.#heldBytes += grown.length - chunk.bytes.length;
    chunk.bytes = grown;
  }

  /** Notes that the next of the batches staged last is now in the log. */
  publish(baseOffset: number, lastOffset: number, sizeBytes: number): void {
    note(this.#chunks[this.#chunks.length - 1]!, baseOffset, lastOffset, sizeBytes);
  }

  /**
   * Whole batches from the one that contains `fromOffset`, all below `endOffset`, of at most `maxBytes`
   * together; with `minOneBatch` the first whatever its size. null: no batch there. undefined: the cache
   * does not hold them.
   */
  read(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
  ): Uint8Array | null | undefined {
    const chunks = this.#chunks;
    let at = chunks.length - 1;
    while (at >= 0 && (isEmpty(chunks[at]!) || chunks[at]!.firstOffset > fromOffset)) at--;
    if (at < 0) return undefined;
    const chunk = chunks[at]!;
    if (fromOffset >= chunk.endOffset) return undefined;
    const start = locate(chunk, fromOffset);
    if (chunk.endOffset <= endOffset && chunk.endPosition - start <= maxBytes)
      return viewOf(chunk, start, chunk.endPosition);
    let end = start;
    while (end < chunk.endPosition && batch.lastOffset(chunk.bytes, end) < endOffset) {
      const next = end + batch.sizeInBytes(chunk.bytes, end);
      if (next - start > maxBytes && !(minOneBatch && end === start)) break;
      end = next;
    }
    return end === start ? null : viewOf(chunk, start, end);
  }

  /** Removes every batch that contains `offset` or a higher offset. Views already returned stay valid. */
  truncate(offset: number): void {
    for (let chunk = this.#chunks.at(-1); chunk !== undefined; chunk = this.#chunks.at(-1)) {
      if (!isEmpty(chunk) && chunk.endOffset <= offset) break;
      this.#chunks.pop();
      this.#heldBytes -= chunk.bytes.length;
      if (isEmpty(chunk) || chunk.firstOffset >= offset) continue;
      this.#retain(chunk, locate(chunk, offset));
      break;
    }
  }

  /**
   * Removes every batch below `offset`, because the log has other batches there. Not while a batch is staged. Views already
   * returned stay valid.
   */
  forgetBelow(offset: number): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#heldBytes = 0;
    for (const chunk of chunks) {
      if (isEmpty(chunk) || chunk.endOffset <= offset) continue;
      if (chunk.firstOffset >= offset) {
        this.#chunks.push(chunk);
        this.#heldBytes += chunk.bytes.length;
      } else this.#keep(chunk.bytes.slice(locate(chunk, offset), chunk.endPosition));
    }
  }

  /**
   * Keeps the part of a chunk below `endPosition` in a copy, because later bytes will differ from those in
   * views already returned.
   */
  #retain(chunk: Chunk, endPosition: number): void {
    if (endPosition === 0) return;
    this.#keep(chunk.bytes.slice(0, endPosition));
  }

  /** A chunk of whole batches. */
  #keep(bytes: Uint8Array): void {
    const kept = emptyChunk(bytes);
    while (kept.endPosition < bytes.length) {
      const at = kept.endPosition;
      const [base, last] = [batch.baseOffset(kept.bytes, at), batch.lastOffset(kept.bytes, at)];
      note(kept, base, last, batch.sizeInBytes(kept.bytes, at));
    }
    this.#chunks.push(kept);
    this.#heldBytes += bytes.length;
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

function emptyChunk(bytes: Uint8Array): Chunk {
  return {
    bytes,
    marks: [],
    firstOffset: -1,
    endOffset: 0,
    lastPosition: 0,
    lastBaseOffset: -1,
    endPosition: 0,
    view: NO_BYTES,
    viewStart: 0,
  };
}

function isEmpty(chunk: Chunk): boolean {
  return chunk.endPosition === 0;
}

function note(chunk: Chunk, baseOffset: number, lastOffset: number, sizeBytes: number): void {
  const { marks, endPosition } = chunk;
  if (isEmpty(chunk)) chunk.firstOffset = baseOffset;
  const lastMark = marks.length === 0 ? 0 : marks[marks.length - 1]!;
  if (endPosition - lastMark >= MARK_BYTES) marks.push(endPosition);
  chunk.lastPosition = endPosition;
  chunk.lastBaseOffset = baseOffset;
  chunk.endPosition = endPosition + sizeBytes;
  chunk.endOffset = lastOffset + 1;
}

/**
 * The position of the first batch that contains `offset` or a higher offset, for an offset that the chunk
 * covers. Mostly it is the last batch.
 */
function locate(chunk: Chunk, offset: number): number {
  if (offset >= chunk.lastBaseOffset) return chunk.lastPosition;
  const { bytes, marks } = chunk;
  let mark = marks.length - 1;
  while (mark >= 0 && batch.baseOffset(bytes, marks[mark]!) > offset) mark--;
  let position = mark < 0 ? 0 : marks[mark]!;
  while (batch.lastOffset(bytes, position) < offset) position += batch.sizeInBytes(bytes, position);
  return position;
}

function viewOf(chunk: Chunk, start: number, end: number): Uint8Array {
  if (chunk.viewStart !== start || chunk.view.length !== end - start) {
    chunk.view = chunk.bytes.subarray(start, end);
    chunk.viewStart = start;
  }
  return chunk.view;
}
