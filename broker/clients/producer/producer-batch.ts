/**
 * The records of one partition that are sent together. Records are added while the batch is open. Once the
 * batch was drained, its records are fixed and its bytes are built. The bytes are built again only when a
 * new producer epoch gives the batch other sequence numbers.
 */
import { BATCH_OVERHEAD, type BatchRecord, buildBatch, sizeOfRecord } from '../../protocol/record-batch.js';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import type { SendError } from '../rules/acknowledgement.js';
import type { BatchCompression } from './batch-compression.js';
import type { PartitionQueue } from './partition-queue.js';
import type { SendCallback } from './producer-record.js';

const NONE: readonly string[] = [];
/** Java allows this much for an estimate that is too small (COMPRESSION_RATE_ESTIMATION_FACTOR). */
const ESTIMATE_MARGIN = 1.05;

export class ProducerBatch {
  readonly queue: PartitionQueue;
  /** Ascending in order of creation; the parts of a batch share out the room between its id and the next. */
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
  readonly #compression: BatchCompression;
  readonly #ratio: number;
  /** 1 for a whole batch: the room for the ids of its parts. */
  #idSpan = 1;

  constructor(queue: PartitionQueue, id: number, createdAt: number, compression: BatchCompression) {
    this.queue = queue;
    this.id = id;
    this.createdAt = createdAt;
    this.#compression = compression;
    this.#ratio = compression.ratioOf(queue.metadata.topic);
  }

  /** The size that the batch is expected to have when it is sent. */
  get estimatedBytes(): number {
    if (this.#compression.compression.type === 'none') return this.sizeBytes;
    return BATCH_OVERHEAD + Math.floor((this.sizeBytes - BATCH_OVERHEAD) * this.#ratio * ESTIMATE_MARGIN);
  }

  /** False when the batch is full. The first record always fits. */
  tryAppend(record: BatchRecord, callback: SendCallback, batchSizeBytes: number): boolean {
    const size = sizeOfRecord(
      record,
      (record.timestamp ?? 0) - (this.records[0]?.timestamp ?? 0),
      this.records.length,
    );
    if (this.records.length > 0 && this.estimatedBytes + size > batchSizeBytes) return false;
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
    if (this.#bytes !== null) return this.#bytes;
    const { compression } = this.#compression;
    this.#bytes = buildBatch({
      baseOffset: 0,
      leaderEpoch: -1,
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      baseSequence: this.baseSequence,
      timestamp: this.records[0]?.timestamp ?? 0,
      records: this.records,
      compression,
    });
    if (compression.type !== 'none')
      this.#compression.observe(this.queue.metadata.topic, this.#observedRatio());
    return this.#bytes;
  }

  #observedRatio(): number {
    return ((this.#bytes?.length ?? 0) - BATCH_OVERHEAD) / (this.sizeBytes - BATCH_OVERHEAD);
  }

  /**
   * The records in several batches, since the broker refuses them in one (RecordAccumulator#splitAndReenqueue). A whole batch is split
   * at `batch.size`, a part of one in half. The parts share the sequences of the batch.
   */
  split(batchSizeBytes: number): readonly ProducerBatch[] {
    const { topic } = this.queue.metadata;
    if (this.#compression.compression.type !== 'none')
      this.#compression.startAgain(topic, this.#observedRatio());
    const isPart = this.#idSpan < 1;
    const target = isPart ? Math.floor(this.sizeBytes / 2) : batchSizeBytes;
    const span = this.#idSpan / this.records.length;
    const parts: ProducerBatch[] = [];
    for (const [index, record] of this.records.entries()) {
      const callback = this.callbacks[index]!;
      if (parts.at(-1)?.tryAppend(record, callback, target) === true) continue;
      const part = new ProducerBatch(this.queue, this.id + index * span, this.createdAt, this.#compression);
      part.#continue(this, index, span);
      part.tryAppend(record, callback, target);
      parts.push(part);
    }
    return parts;
  }

  #continue(whole: ProducerBatch, firstRecord: number, idSpan: number): void {
    this.#idSpan = idSpan;
    this.attempts = whole.attempts;
    this.sentLeaderEpoch = whole.sentLeaderEpoch;
    this.topicId = whole.topicId;
    this.uncertainIn = whole.uncertainIn;
    this.mayHaveLanded = whole.mayHaveLanded;
    this.mayEverHaveLanded = whole.mayEverHaveLanded;
    if (whole.baseSequence < 0) return;
    // Sequences are unsigned 31-bit numbers that begin again at 0.
    const sequence = (whole.baseSequence + firstRecord) % 0x8000_0000;
    this.setProducerState(whole.producerId, whole.producerEpoch, sequence);
  }
}
