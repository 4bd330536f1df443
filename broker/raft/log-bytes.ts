/**
 * The bytes of the metadata log in memory, for the observers that fetch it. The whole log is here, because there are
 * no snapshots (KIP-630). A read returns a view of whole batches, without a copy. The bytes behind a view never change.
 */
import * as batch from '../protocol/record-batch.js';

const FIRST_BYTES = 4_096;

interface Entry {
  readonly baseOffset: number;
  readonly endOffset: number;
  readonly leaderEpoch: number;
  /** The end of the batch in the bytes. */
  readonly endPosition: number;
}

const NO_BYTES = new Uint8Array(0);

export class LogBytes {
  readonly #entries: Entry[] = [];
  #bytes: Uint8Array = NO_BYTES;
  #sizeBytes = 0;

  get endOffset(): number {
    return this.#entries[this.#entries.length - 1]?.endOffset ?? 0;
  }

  get lastEpoch(): number {
    return this.#entries[this.#entries.length - 1]?.leaderEpoch ?? 0;
  }

  /** Whole batches that continue the log. */
  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#sizeBytes);
    for (let at = 0; at < bytes.length; at += batch.sizeInBytes(bytes, at)) {
      this.#entries.push({
        baseOffset: batch.baseOffset(bytes, at),
        endOffset: batch.lastOffset(bytes, at) + 1,
        leaderEpoch: batch.partitionLeaderEpoch(bytes, at),
        endPosition: this.#sizeBytes + at + batch.sizeInBytes(bytes, at),
      });
    }
    this.#sizeBytes += bytes.length;
  }

  /**
   * The batches from the one with `offset` up to `endOffset` (exclusive), but no more than `bytesMax` bytes unless the
   * first batch alone is larger.
   */
  read(offset: number, endOffset: number, bytesMax: number): Uint8Array {
    const first = this.#indexOf(offset);
    const start = this.#entries[first - 1]?.endPosition ?? 0;
    let end = start;
    for (let index = first; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index]!;
      if (entry.baseOffset >= endOffset) break;
      if (end > start && entry.endPosition - start > bytesMax) break;
      end = entry.endPosition;
    }
    return end === start ? NO_BYTES : this.#bytes.subarray(start, end);
  }

  /** The largest epoch ≤ `epoch` in this log, and its end offset. */
  endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.leaderEpoch <= epoch) low = middle + 1;
      else high = middle;
    }
    const last = this.#entries[low - 1];
    return last === undefined
      ? { epoch: -1, endOffset: 0 }
      : { epoch: last.leaderEpoch, endOffset: last.endOffset };
  }

  /** The first batch that extends beyond `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.endOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Views of the old bytes stay valid, because the old bytes are copied and not moved. */
  #makeRoom(sizeBytes: number): void {
    const wanted = this.#sizeBytes + sizeBytes;
    if (wanted <= this.#bytes.length) return;
    const roomier = new Uint8Array(Math.max(FIRST_BYTES, 2 * wanted));
    roomier.set(this.#bytes.subarray(0, this.#sizeBytes));
    this.#bytes = roomier;
  }
}
