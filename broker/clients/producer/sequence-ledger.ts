/**
 * The idempotent producer's memory of one partition (Java: TxnPartitionEntry): which sequence comes next, which was
 * acknowledged last, which batches have a sequence and no final answer.
 *
 * Invariants: `unresolved` is in order of sequence; the sequences of one (producer id, epoch) are given out without gaps;
 * a batch that left without being acknowledged leaves `isUnsettled` or `needsBump` behind, so that no new batch gets a
 * sequence until the gap is known to be filled or a new epoch starts.
 */
import { appended } from '../../protocol/appended.js';
import type { ClientRules } from '../rules/index.js';
import type { ProducerBatch } from './producer-batch.js';
import type { ProducerIdentity } from './producer-identity.js';

export class SequenceLedger {
  readonly #rules: ClientRules;
  #unresolved: ProducerBatch[] = [];
  /** A batch left with its outcome unknown: whether the sequences have a gap shows when the others are answered. */
  isUnsettled = false;
  /** There is a gap: only a new epoch gets on. */
  needsBump = false;
  #producerId = -1;
  #producerEpoch = -1;
  #nextSequence: number;
  #lastAckedSequence = -1;

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

  get hasAcknowledgedInEpoch(): boolean {
    return this.#lastAckedSequence >= 0;
  }

  isFirst(batch: ProducerBatch): boolean {
    return this.unresolved[0] === batch;
  }

  /** Gives the batch its place under the present epoch, which may only start where nothing is unresolved. */
  assign(batch: ProducerBatch, identity: ProducerIdentity): void {
    if (this.isStale(identity)) this.#startEpoch(identity, this.#producerId < 0 ? this.#nextSequence : 0);
    this.#place(batch);
    this.#unresolved = appended(this.#unresolved, batch);
  }

  /** A late acknowledgement of a batch that was given up counts too: it tells that there is no gap. */
  acknowledge(batch: ProducerBatch): void {
    this.#remove(batch);
    if (batch.producerId !== this.#producerId || batch.producerEpoch !== this.#producerEpoch) return;
    const last = this.#rules.advanceSequence(batch.baseSequence, batch.records.length - 1);
    const ahead = (last - this.#lastAckedSequence) & 0x7fff_ffff;
    if (this.#lastAckedSequence < 0 || (ahead > 0 && ahead < 0x4000_0000)) this.#lastAckedSequence = last;
  }

  giveUp(batch: ProducerBatch, isOutcomeKnown: boolean): void {
    this.#remove(batch);
    if (isOutcomeKnown) this.needsBump = true;
    else this.isUnsettled = true;
  }

  /** Once nothing is unresolved, tells whether the sequences given out were all acknowledged. */
  settle(): void {
    if (!this.isUnsettled || this.unresolved.length > 0) return;
    this.isUnsettled = false;
    const expected =
      this.#lastAckedSequence < 0 ? 0 : this.#rules.advanceSequence(this.#lastAckedSequence, 1);
    if (expected !== this.#nextSequence) this.needsBump = true;
  }

  /** The leader has neither the first unresolved batch nor, the log being in sequence, any behind it. */
  denyLanding(): void {
    for (const batch of this.unresolved) if (!batch.isOnWire) batch.mayHaveLanded = false;
  }

  get uncertainCount(): number {
    let count = 0;
    for (const batch of this.unresolved) if (batch.isOnWire || batch.mayHaveLanded) count += 1;
    return count;
  }

  /** Starts again from 0 under a new epoch, with the unresolved batches first. */
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
