import * as batch from '../protocol/record-batch.js';
import { type DiskProcedure, demand, demandIfPresent, writeWhole } from './disk-procedure.js';
import { OffsetIndex, TimeIndex } from './sparse-index.js';

const TWENTY_ZEROS = '00000000000000000000';

/**
 * Kafka's name of a segment's files: the base offset in twenty digits. The common case is the first
 * segment.
 */
function twentyDigits(baseOffset: number): string {
  if (baseOffset === 0) return TWENTY_ZEROS;
  const digits = String(baseOffset);
  return TWENTY_ZEROS.slice(digits.length) + digits;
}

/**
 * One segment of a log: a file of batches and its two sparse indexes. `sizeBytes` is the position of the
 * next batch according to this process. The index files lag behind the indexes in memory until a flush,
 * because they can be rebuilt from the batches.
 */
export class LogSegment {
  readonly baseOffset: number;
  logPath: string;
  readonly offsetIndex = new OffsetIndex();
  readonly timeIndex = new TimeIndex();
  sizeBytes = 0;
  /** When the segment was created or last changed; it stands for the timestamps that its records lack. */
  lastModifiedMillis = 0;
  /** The latest timestamp of the first batch; −1: there is none. */
  firstTimestamp = -1;
  #bytesSinceIndexEntry = 0;
  #maxTimestamp = -1;
  #offsetOfMaxTimestamp = -1;
  readonly #stem: string;
  #suffix: string;

  /** `suffix`: of the names of all files; '' for a segment that is in its log. */
  constructor(directory: string, baseOffset: number, suffix = '') {
    this.baseOffset = baseOffset;
    this.#stem = `${directory}/${twentyDigits(baseOffset)}`;
    this.#suffix = suffix;
    this.logPath = `${this.#stem}.log${suffix}`;
  }

  /** The latest timestamp of the segment's batches, or a later one if batches have been cut off; −1: none. */
  get maxTimestamp(): number {
    return this.#maxTimestamp;
  }

  /** The age of the segment for retention (LogSegment#largestTimestamp). */
  get largestTimestamp(): number {
    return this.#maxTimestamp >= 0 ? this.#maxTimestamp : this.lastModifiedMillis;
  }

  /** The files of the segment, the log first. */
  get paths(): readonly string[] {
    return [this.logPath, this.indexPath, this.timeIndexPath];
  }

  get indexPath(): string {
    return `${this.#stem}.index${this.#suffix}`;
  }

  get timeIndexPath(): string {
    return `${this.#stem}.timeindex${this.#suffix}`;
  }

  /**
   * Notes that the batch at `position` of `bytes` was added to the segment. Adds an index entry every
   * `index.interval.bytes`.
   */
  note(bytes: Uint8Array, position: number, indexIntervalBytes: number): void {
    const size = batch.sizeInBytes(bytes, position);
    const timestamp = batch.maxTimestamp(bytes, position);
    if (this.sizeBytes === 0) this.firstTimestamp = timestamp;
    if (timestamp > this.#maxTimestamp) {
      this.#maxTimestamp = timestamp;
      this.#offsetOfMaxTimestamp = batch.lastOffset(bytes, position);
    }
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      this.offsetIndex.append(batch.lastOffset(bytes, position) - this.baseOffset, this.sizeBytes);
      this.timeIndex.maybeAppend(this.#maxTimestamp, this.#offsetOfMaxTimestamp - this.baseOffset);
      this.#bytesSinceIndexEntry = 0;
    }
    this.#bytesSinceIndexEntry += size;
    this.sizeBytes += size;
  }

  /**
   * Ends the segment (at a roll or a clean stop): the time index gets the latest timestamp as its last
   * entry.
   */
  seal(): void {
    if (this.#maxTimestamp >= 0)
      this.timeIndex.maybeAppend(this.#maxTimestamp, this.#offsetOfMaxTimestamp - this.baseOffset);
  }

  /**
   * Removes the batches from file position `position`, which begin at `offset`, from memory. The caller
   * truncates the files.
   */
  cut(position: number, offset: number): void {
    this.sizeBytes = position;
    this.offsetIndex.truncate(position);
    this.timeIndex.truncate(offset - this.baseOffset);
    this.#bytesSinceIndexEntry = 0;
    // No remaining record is later than the maximum, and a time index entry claims no more than that about
    // the records before it.
    this.#offsetOfMaxTimestamp = Math.min(this.#offsetOfMaxTimestamp, offset - 1);
    if (position === 0) this.#maxTimestamp = -1;
  }

  /** Both index files with the content that they should have. */
  indexes(): readonly {
    readonly path: string;
    readonly index: OffsetIndex | TimeIndex;
    readonly entryBytes: number;
  }[] {
    return [
      { path: this.indexPath, index: this.offsetIndex, entryBytes: OffsetIndex.ENTRY_BYTES },
      { path: this.timeIndexPath, index: this.timeIndex, entryBytes: TimeIndex.ENTRY_BYTES },
    ];
  }

  /** Writes the index files from memory. Returns true when any was written. */
  *writeIndexes(): DiskProcedure<boolean> {
    const offsets = yield* writeIndex(this.indexPath, this.offsetIndex, OffsetIndex.ENTRY_BYTES);
    const times = yield* writeIndex(this.timeIndexPath, this.timeIndex, TimeIndex.ENTRY_BYTES);
    return offsets || times;
  }

  /** Syncs batches and indexes. A log without any append has no file yet. */
  *sync(): DiskProcedure<void> {
    const indexesWritten = yield* this.writeIndexes();
    yield* demandIfPresent({ kind: 'sync', path: this.logPath });
    if (!indexesWritten) return;
    if (this.offsetIndex.length > 0) yield* demand({ kind: 'sync', path: this.indexPath });
    if (this.timeIndex.length > 0) yield* demand({ kind: 'sync', path: this.timeIndexPath });
  }

  /** Renames the files, the indexes first: the name of the log alone counts at a start. */
  *changeSuffix(suffix: string): DiskProcedure<void> {
    const from = this.paths;
    this.#suffix = suffix;
    this.logPath = `${this.#stem}.log${suffix}`;
    const to = this.paths;
    for (let index = from.length - 1; index >= 0; index--)
      yield* demandIfPresent({ kind: 'rename', from: from[index]!, to: to[index]! });
  }

  *remove(): DiskProcedure<void> {
    yield* demandIfPresent({ kind: 'remove', path: this.logPath });
    yield* demandIfPresent({ kind: 'remove', path: this.indexPath });
    yield* demandIfPresent({ kind: 'remove', path: this.timeIndexPath });
  }
}

function* writeIndex(
  path: string,
  index: OffsetIndex | TimeIndex,
  entryBytes: number,
): DiskProcedure<boolean> {
  if (index.persistedEntries === index.length) return false;
  if (index.persistedEntries > index.length) {
    yield* demandIfPresent({ kind: 'truncate', path, sizeBytes: index.length * entryBytes });
  } else {
    yield* writeWhole(path, index.persistedEntries * entryBytes, index.encode(index.persistedEntries));
  }
  index.persistedEntries = index.length;
  return true;
}
