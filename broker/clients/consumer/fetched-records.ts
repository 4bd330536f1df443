/**
 * The batches that one fetch returned for one partition, handed out record by record (Java:
 * CompletedFetch). The cursor's position moves only when records are handed out. Control batches are
 * skipped, and so are records below the position, which the first batch may contain.
 */
import * as batches from '../../protocol/record-batch.js';
import type { ConsumerRecord } from './consumer-record.js';
import type { PartitionCursor } from './partition-cursor.js';

export class FetchedRecords {
  readonly #cursor: PartitionCursor;
  readonly #bytes: Uint8Array;
  readonly #checksCrcs: boolean;
  readonly #topicId: string;
  /** The byte position of the next batch. */
  #at = 0;
  /** The records of the current batch; the next field says how many are handed out. */
  #records: ConsumerRecord[] = [];
  #next = 0;
  #batchEnd = -1;
  #leaderEpoch = -1;

  constructor(cursor: PartitionCursor, bytes: Uint8Array, checksCrcs: boolean) {
    this.#cursor = cursor;
    this.#bytes = bytes;
    this.#checksCrcs = checksCrcs;
    this.#topicId = cursor.sentTopicId;
  }

  /**
   * Appends up to `count` records to `into`. `corrupt`: the next batch cannot be read; the records before
   * it were handed out.
   */
  take(into: ConsumerRecord[], count: number): 'more' | 'end' | 'corrupt' {
    const cursor = this.#cursor;
    let left = count;
    for (;;) {
      while (this.#next < this.#records.length) {
        if (left === 0) return 'more';
        const record = this.#records[this.#next]!;
        this.#next += 1;
        left -= 1;
        into.push(record);
        cursor.moveTo(record.offset + 1, this.#leaderEpoch);
      }
      if (this.#batchEnd > cursor.offset) cursor.moveTo(this.#batchEnd, this.#leaderEpoch);
      if (!batches.isBatchComplete(this.#bytes, this.#at)) return 'end';
      if (!this.#readBatch()) return 'corrupt';
    }
  }

  #readBatch(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (batches.magic(bytes, at) !== 2) return false;
    if (this.#checksCrcs && !batches.isCrcValid(bytes, at)) return false;
    if (this.#records.length > 0) this.#records = [];
    this.#next = 0;
    this.#leaderEpoch = batches.partitionLeaderEpoch(bytes, at);
    if (!batches.isControlBatch(bytes, at) && !batches.readRecords(bytes, at, this.#visit)) return false;
    this.#batchEnd = batches.lastOffset(bytes, at) + 1;
    this.#at = at + batches.sizeInBytes(bytes, at);
    return true;
  }

  readonly #visit = (record: batches.StoredRecord): void => {
    const { offset, timestamp, key, value, headers } = record;
    if (offset < this.#cursor.offset) return;
    const { topic, index: partition } = this.#cursor.metadata;
    const handedOut: ConsumerRecord = {
      topic,
      topicId: this.#topicId,
      partition,
      offset,
      leaderEpoch: this.#leaderEpoch,
      timestamp,
      key,
      value,
      headers,
    };
    if (this.#records.length === 0) this.#records = [handedOut];
    else this.#records.push(handedOut);
  };
}
