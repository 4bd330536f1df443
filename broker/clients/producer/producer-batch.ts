/**
 * Records of one partition that travel together. While it is open, records are added; once it was drained its records
 * are fixed and its bytes are built, again only when a new producer epoch gives it other sequence numbers.
 */
import { BATCH_OVERHEAD, type BatchRecord, buildBatch, sizeOfRecord } from '../../protocol/record-batch.js';
import type { SendError } from '../rules/acknowledgement.js';
import type { PartitionQueue } from './partition-queue.js';
import type { SendCallback } from './producer-record.js';

export class ProducerBatch {
  readonly queue: PartitionQueue;
  /** Ascending in order of creation. */
  readonly id: number;
  readonly createdAt: number;
  records: BatchRecord[] = [];
  callbacks: SendCallback[] = [];
  sizeBytes = BATCH_OVERHEAD;
  attempts = 0;
  /** Monotonic microseconds before which it is not sent again. */
  retryAt = 0;
  /** The leader epoch of the last attempt: a newer leader is tried without back-off. */
  sentLeaderEpoch = -1;
  producerId = -1;
  producerEpoch = -1;
  baseSequence = -1;
  isOnWire = false;
  /** Some attempt, ended or on the wire no longer, may have been appended. */
  mayHaveLanded = false;
  /**
   * As `mayHaveLanded`, and stays so: that it is not there now, as a refusal may prove, does not say that it never was. What
   * a power loss or an unclean election took may have been read before.
   */
  mayEverHaveLanded = false;
  isDone = false;
  /** Meaningful once done. */
  error: SendError | null = null;
  baseOffset = -1;
  /** It was given up while an attempt was on the wire. */
  endedOnWire = false;
  /** Its neighbours among those that are not done; they belong to `BatchLifetimes`. */
  older: ProducerBatch | null = null;
  younger: ProducerBatch | null = null;
  #bytes: Uint8Array | null = null;

  constructor(queue: PartitionQueue, id: number, createdAt: number) {
    this.queue = queue;
    this.id = id;
    this.createdAt = createdAt;
  }

  /** False when it is full: the first record always fits. */
  tryAppend(record: BatchRecord, callback: SendCallback, batchSizeBytes: number): boolean {
    const size = sizeOfRecord(
      record,
      (record.timestamp ?? 0) - (this.records[0]?.timestamp ?? 0),
      this.records.length,
    );
    if (this.records.length > 0 && this.sizeBytes + size > batchSizeBytes) return false;
    if (this.records.length === 0) {
      // Most batches hold one: an empty list that is pushed to takes room for many.
      this.records = [record];
      this.callbacks = [callback];
    } else {
      this.records.push(record);
      this.callbacks.push(callback);
    }
    this.sizeBytes += size;
    return true;
  }

  setProducerState(producerId: number, producerEpoch: number, baseSequence: number): void {
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
    this.baseSequence = baseSequence;
    this.#bytes = null;
  }

  /** The same bytes at every attempt; never written to again once handed out. */
  bytes(): Uint8Array {
    this.#bytes ??= buildBatch({
      baseOffset: 0,
      leaderEpoch: -1,
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      baseSequence: this.baseSequence,
      timestamp: this.records[0]?.timestamp ?? 0,
      records: this.records,
    });
    return this.#bytes;
  }
}
