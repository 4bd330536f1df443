/**
 * The records of one partition that are sent together. Records are added while the batch is open. Once the
 * batch was drained, its records are fixed and its bytes are built. The bytes are built again only when a
 * new producer epoch gives the batch other sequence numbers.
 */
import { BATCH_OVERHEAD, type BatchRecord, buildBatch, sizeOfRecord } from '../../protocol/record-batch.js';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import type { SendError } from '../rules/acknowledgement.js';
import type { PartitionQueue } from './partition-queue.js';
import type { SendCallback } from './producer-record.js';

const NONE: readonly string[] = [];

export class ProducerBatch {
  readonly queue: PartitionQueue;
  /** Ascending in order of creation. */
  readonly id: number;
  readonly createdAt: number;
  records: BatchRecord[] = [];
  callbacks: SendCallback[] = [];
  sizeBytes = BATCH_OVERHEAD;
  attempts = 0;
  /** Monotonic microseconds before which the batch is not sent again. */
  retryAt = 0;
  /** The leader epoch of the last attempt. A newer leader is tried without back-off. */
  sentLeaderEpoch = -1;
  /** The topic id of the last attempt; the zero id: none yet. */
  topicId = ZERO_UUID;
  producerId = -1;
  producerEpoch = -1;
  baseSequence = -1;
  isOnWire = false;
  /** Some attempt that has ended may have been appended. */
  mayHaveLanded = false;
  /**
   * Like `mayHaveLanded`, but never reset. A refusal can prove that the batch is not in the log now; it
   * does not prove that the batch never was. Records that a power loss or an unclean election removed may
   * have been read before.
   */
  mayEverHaveLanded = false;
  /** The topics in which an attempt may have been appended; in most batches none or one. */
  uncertainIn: readonly string[] = NONE;
  isDone = false;
  /** Set once the batch is done. */
  error: SendError | null = null;
  baseOffset = -1;
  /** The batch was given up while an attempt was in flight. */
  endedOnWire = false;
  /** The neighbours in the list of batches that are not done; `BatchLifetimes` maintains them. */
  older: ProducerBatch | null = null;
  younger: ProducerBatch | null = null;
  #bytes: Uint8Array | null = null;

  constructor(queue: PartitionQueue, id: number, createdAt: number) {
    this.queue = queue;
    this.id = id;
    this.createdAt = createdAt;
  }

  /** False when the batch is full. The first record always fits. */
  tryAppend(record: BatchRecord, callback: SendCallback, batchSizeBytes: number): boolean {
    const size = sizeOfRecord(
      record,
      (record.timestamp ?? 0) - (this.records[0]?.timestamp ?? 0),
      this.records.length,
    );
    if (this.records.length > 0 && this.sizeBytes + size > batchSizeBytes) return false;
    if (this.records.length === 0) {
      // Most batches hold one record. An empty list that is pushed to would reserve room for many.
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

  /** The bytes to send: the same at every attempt, and never changed once handed out. */
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
