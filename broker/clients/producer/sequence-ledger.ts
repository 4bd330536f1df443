/**
 * The idempotent producer's state of one partition (Java: TxnPartitionEntry): the next sequence, the last
 * acknowledged sequence, and the batches that have a sequence but no final answer.
 *
 * Invariants: `unresolved` is in order of sequence. The sequences of one (producer id, epoch) are assigned
 * without gaps. A batch that was removed without an acknowledgement sets `isUnsettled` or `needsBump`. Then
 * no new batch gets a sequence until the gap is known to be filled or a new epoch starts.
 */
import { appended } from '../../protocol/appended.js';
import type { ClientRules } from '../rules/index.js';
import type { ProducerBatch } from './producer-batch.js';
import type { ProducerIdentity } from './producer-identity.js';

export class SequenceLedger {
  readonly #rules: ClientRules;
  #unresolved: ProducerBatch[] = [];
  /**
   * A batch was removed with its outcome unknown. The answers to the other batches show whether the
   * sequences have a gap.
   */
  isUnsettled = false;
  /** The sequences have a gap. Only a new epoch can continue. */
  needsBump = false;
  #producerId = -1;
  #producerEpoch = -1;
  #nextSequence: number;
  #lastAckedSequence = -1;
  /** The topic that acknowledged it. */
  #lastAckedTopicId = '';

  constructor(rules: ClientRules, firstSequence = 0) {
    this.#rules = rules;
    this.#nextSequence = firstSequence;
  }

  get unresolved(): readonly ProducerBatch[] {
    return this.#unresolved;
  }

  isStale(identity: ProducerIdentity): boolean {
    return this.#producerId !== identity.producerId || this.#producerEpoch !== identity.producerEpoch;
  }

  /** A leader of the topic has state of the producer. A topic that was made again under its name has none. */
  hasAcknowledgedInEpoch(topicId: string): boolean {
    return this.#lastAckedSequence >= 0 && this.#lastAckedTopicId === topicId;
  }

  isFirst(batch: ProducerBatch): boolean {
    return this.unresolved[0] === batch;
  }

  /**
   * Assigns the next sequences of the present epoch to a batch. The epoch may change only while nothing is
   * unresolved.
   */
  assign(batch: ProducerBatch, identity: ProducerIdentity): void {
    if (this.isStale(identity)) this.#startEpoch(identity, this.#producerId < 0 ? this.#nextSequence : 0);
    this.#place(batch);
    this.#unresolved = appended(this.#unresolved, batch);
  }

  /** A late acknowledgement of a batch that was given up counts too: it shows that there is no gap. */
  acknowledge(batch: ProducerBatch): void {
    this.#remove(batch);
    if (batch.producerId !== this.#producerId || batch.producerEpoch !== this.#producerEpoch) return;
    const last = this.#rules.advanceSequence(batch.baseSequence, batch.records.length - 1);
    const ahead = (last - this.#lastAckedSequence) & 0x7fff_ffff;
    if (this.#lastAckedSequence >= 0 && (ahead === 0 || ahead >= 0x4000_0000)) return;
    this.#lastAckedSequence = last;
    this.#lastAckedTopicId = batch.topicId;
  }

  giveUp(batch: ProducerBatch, isOutcomeKnown: boolean): void {
    this.#remove(batch);
    if (isOutcomeKnown) this.needsBump = true;
    else this.isUnsettled = true;
  }

  /** The parts of a batch, which share its sequences, take its place. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    const index = this.#unresolved.indexOf(batch);
    if (index >= 0) this.#unresolved.splice(index, 1, ...parts);
  }

  /** Once nothing is unresolved, decides whether all assigned sequences were acknowledged. */
  settle(): void {
    if (!this.isUnsettled || this.unresolved.length > 0) return;
    this.isUnsettled = false;
    const expected =
      this.#lastAckedSequence < 0 ? 0 : this.#rules.advanceSequence(this.#lastAckedSequence, 1);
    if (expected !== this.#nextSequence) this.needsBump = true;
  }

  /**
   * The leader does not have the first unresolved batch. Its log is in sequence, so it has no later batch
   * either.
   */
  denyLanding(): void {
    for (const batch of this.unresolved) if (!batch.isOnWire) batch.mayHaveLanded = false;
  }

  get uncertainCount(): number {
    let count = 0;
    for (const batch of this.unresolved) if (batch.isOnWire || batch.mayHaveLanded) count += 1;
    return count;
  }

  /** Starts at sequence 0 under a new epoch, with the unresolved batches first. */
  restart(identity: ProducerIdentity): void {
    this.#startEpoch(identity, 0);
    for (const batch of this.unresolved) this.#place(batch);
    this.needsBump = false;
    this.isUnsettled = false;
  }

  #startEpoch(identity: ProducerIdentity, firstSequence: number): void {
    this.#producerId = identity.producerId;
    this.#producerEpoch = identity.producerEpoch;
    this.#nextSequence = firstSequence;
    this.#lastAckedSequence = -1;
  }

  #place(batch: ProducerBatch): void {
    batch.setProducerState(this.#producerId, this.#producerEpoch, this.#nextSequence);
    this.#nextSequence = this.#rules.advanceSequence(this.#nextSequence, batch.records.length);
  }

  #remove(batch: ProducerBatch): void {
    const index = this.#unresolved.indexOf(batch);
    if (index === 0) this.#unresolved.shift();
    else if (index > 0) this.#unresolved.splice(index, 1);
  }
}
