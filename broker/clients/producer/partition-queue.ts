/**
 * The batches of one partition in the producer: those waiting to be sent or sent again, and all batches in
 * order of creation, because callbacks of one partition are called in the order of its sends.
 */
import { appended } from '../../protocol/appended.js';
import type { PartitionMetadata } from '../cluster-metadata.js';
import type { ProducerBatch } from './producer-batch.js';
import type { SequenceLedger } from './sequence-ledger.js';

export class PartitionQueue {
  readonly metadata: PartitionMetadata;
  /** Null without idempotence. */
  readonly ledger: SequenceLedger | null;
  #waiting: ProducerBatch[] = [];
  #unreported: ProducerBatch[] = [];
  onWireCount = 0;
  /** A batch was created for this partition at some time. */
  wasUsed = false;
  /** The sender has the queue in its list of queues with waiting batches. */
  isListed = false;

  constructor(metadata: PartitionMetadata, ledger: SequenceLedger | null) {
    this.metadata = metadata;
    this.ledger = ledger;
  }

  /** The waiting batches; the first is sent first. */
  get waiting(): readonly ProducerBatch[] {
    return this.#waiting;
  }

  /** The batch to which records may still be added. */
  get open(): ProducerBatch | null {
    const count = this.#waiting.length;
    if (count === 0) return null;
    const last = this.#waiting[count - 1]!;
    return last.attempts === 0 ? last : null;
  }

  /** Whether the last waiting batch has room for no more records, or no batch waits. */
  isLastFull(batchSizeBytes: number): boolean {
    const { open } = this;
    return open === null || open.estimatedBytes >= batchSizeBytes;
  }

  add(batch: ProducerBatch): void {
    this.wasUsed = true;
    this.#waiting = appended(this.#waiting, batch);
    this.#unreported = appended(this.#unreported, batch);
  }

  /** Removes the first waiting batch. */
  takeFirst(): void {
    this.#waiting.shift();
  }

  /** The oldest batch not yet reported if it is done; else null. */
  takeReportable(): ProducerBatch | null {
    return this.#unreported[0]?.isDone === true ? this.#unreported.shift()! : null;
  }

  /**
   * Puts a batch to send again at the front. With idempotence the batch goes to its place by age, which is
   * its place by sequence. Without idempotence, several batches that fail together change their order, as
   * in Java (RecordAccumulator#reenqueue).
   */
  putBack(batch: ProducerBatch): void {
    let index = 0;
    if (this.ledger !== null) while (this.#isOlder(index, batch)) index += 1;
    this.#waiting.splice(index, 0, batch);
  }

  /** Puts the parts of a batch that was sent in its place, to be sent next. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    this.#unreported.splice(this.#unreported.indexOf(batch), 1, ...parts);
    for (const part of [...parts].reverse()) this.putBack(part);
  }

  remove(batch: ProducerBatch): void {
    const index = this.#waiting.indexOf(batch);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #isOlder(index: number, than: ProducerBatch): boolean {
    const batch = this.#waiting[index];
    return batch !== undefined && batch.id < than.id;
  }
}
