/**
 * The sparse indexes of one segment, in memory and in Kafka's byte format (big-endian). `.index`: relative
 * offset int32, position int32. `.timeindex`: timestamp int64, relative offset int32. Entries are only
 * appended, or removed from the end. `persistedEntries` is the number of entries in the file.
 */
export class OffsetIndex {
  static readonly ENTRY_BYTES = 8;
  readonly #relativeOffsets: number[] = [];
  readonly #positions: number[] = [];
  persistedEntries = 0;

  get length(): number {
    return this.#positions.length;
  }

  append(relativeOffset: number, position: number): void {
    this.#relativeOffsets.push(relativeOffset);
    this.#positions.push(position);
  }

  /** A file position at or before the batch that holds `relativeOffset`. */
  lookup(relativeOffset: number): number {
    const at = floorIndex(this.#relativeOffsets, relativeOffset);
    return at < 0 ? 0 : this.#positions[at]!;
  }

  /** Keeps the entries of batches that begin below file position `position`. */
  truncate(position: number): void {
    let kept = this.#positions.length;
    while (kept > 0 && this.#positions[kept - 1]! >= position) kept--;
    this.#positions.length = kept;
    this.#relativeOffsets.length = kept;
  }

  encode(from: number): Uint8Array {
    const bytes = new Uint8Array((this.length - from) * OffsetIndex.ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    for (let index = from; index < this.length; index++) {
      view.setInt32((index - from) * 8, this.#relativeOffsets[index]!);
      view.setInt32((index - from) * 8 + 4, this.#positions[index]!);
    }
    return bytes;
  }
}

export class TimeIndex {
  static readonly ENTRY_BYTES = 12;
  readonly #timestamps: number[] = [];
  readonly #relativeOffsets: number[] = [];
  persistedEntries = 0;

  get length(): number {
    return this.#timestamps.length;
  }

  /** Adds an entry only if the timestamp is later than all earlier ones. */
  maybeAppend(timestamp: number, relativeOffset: number): void {
    if (this.length > 0 && timestamp <= this.#timestamps[this.length - 1]!) return;
    this.#timestamps.push(timestamp);
    this.#relativeOffsets.push(relativeOffset);
  }

  /** An offset below which every record has an earlier timestamp than `timestamp`. */
  lookup(timestamp: number): number {
    const at = floorIndex(this.#timestamps, timestamp - 1);
    return at < 0 ? 0 : this.#relativeOffsets[at]!;
  }

  truncate(relativeOffset: number): void {
    let kept = this.length;
    while (kept > 0 && this.#relativeOffsets[kept - 1]! >= relativeOffset) kept--;
    this.#timestamps.length = kept;
    this.#relativeOffsets.length = kept;
  }

  encode(from: number): Uint8Array {
    const bytes = new Uint8Array((this.length - from) * TimeIndex.ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    for (let index = from; index < this.length; index++) {
      view.setBigInt64((index - from) * 12, BigInt(this.#timestamps[index]!));
      view.setInt32((index - from) * 12 + 8, this.#relativeOffsets[index]!);
    }
    return bytes;
  }
}

function floorIndex(ascending: readonly number[], value: number): number {
  let low = -1;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
