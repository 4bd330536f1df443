/**
 * *No unexplained loss*: every anomaly that follows from a permitted loss is traced to the election that lost the
 * records. An anomaly that cannot be traced is a violation, whatever the settings permit in general.
 */

import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Operation, PollCompletion, SendCompletion, Value } from '../../harness/history/operation.js';
import type { Election } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { ALWAYS_ALLOWED, type Guarantee, topicGuaranteeOf } from './guarantee.js';
import { ReplacedRecords } from './replaced-records.js';

export interface Acknowledgement {
  readonly offset: number | null;
  readonly operation: Operation;
}

/** Deletion is no loss: the settings or a client asked for it. */
const DELETED = 'deleted by retention, DeleteRecords or compaction';

const LOSSES = ['lost-write', 'unseen', 'inconsistent-offsets'];

export class LossExplanation {
  /** Records that were deleted by right before a reader got them. */
  deletedUnread = 0;
  readonly #checker: ReplicaChecker;
  readonly #guarantee: Guarantee;
  readonly #acknowledgements = new Map<string, Acknowledgement>();
  readonly #replaced: ReplacedRecords;

  constructor(
    checker: ReplicaChecker,
    guarantee: Guarantee,
    operations: readonly Operation[],
    replaced = new ReplacedRecords(() => null, []),
  ) {
    this.#replaced = replaced;
    this.#checker = checker;
    this.#guarantee = guarantee;
    for (const operation of operations) {
      if (operation.f !== 'send' || operation.type === 'invoke') continue;
      for (const [, key, [offset, value]] of operation.value as readonly SendCompletion[]) {
        this.#acknowledgements.set(`${key} ${value}`, { offset, operation });
      }
    }
  }

  /**
   * Whether the record at `offset` is gone by right: with its topic, below the log start, or because a later record of its
   * key replaced it and the log was compacted. `value` null: unknown.
   */
  isDeleted(partition: string, offset: number, value: unknown): boolean {
    const model = this.#checker.partitions.get(partition);
    if (model === undefined) return false;
    if (model.isDeleted || (offset >= 0 && offset < model.deletedEnd)) return true;
    return offset >= 0 && offset < model.compactedEnd && this.#replaced.has(partition, offset, value);
  }

  acknowledgement(key: unknown, value: unknown): Acknowledgement | undefined {
    return this.#acknowledgements.get(`${key} ${value}`);
  }

  /** The permitted election that lost the record at `offset`, or null. */
  lossAt(partition: string, offset: number): Election | null {
    const election = this.#checker.explainLoss(partition, offset);
    return election !== null && permitsLoss(this.#guarantee, partition, election) ? election : null;
  }

  /**
   * Splits every anomaly into permitted and forbidden occurrences. With `strict`, permitted losses are violations
   * too, because the promise asks for more than Kafka guarantees; but only losses that Kafka does not permit are
   * `unexplained-loss`.
   */
  judge(anomalies: readonly Anomaly[], strict: boolean): Anomaly[] {
    const judged: Anomaly[] = [];
    const unexplained: Record<string, unknown>[] = [];
    for (const anomaly of anomalies) {
      const always = ALWAYS_ALLOWED.get(anomaly.name);
      if (always !== undefined) {
        judged.push({ ...anomaly, allowed: true, reason: always });
        continue;
      }
      const groups = new Map<string | null, Record<string, unknown>[]>();
      for (const witness of anomaly.witnesses) {
        const reason = this.#reason(anomaly.name, witness);
        const group = groups.get(reason);
        if (group === undefined) groups.set(reason, [witness]);
        else group.push(witness);
      }
      for (const [reason, witnesses] of groups) {
        if (reason === DELETED && anomaly.name === 'unseen') this.deletedUnread += anomaly.count;
        if (reason === DELETED) continue;
        const rest = { name: anomaly.name, witnesses, count: this.#countOf(anomaly, witnesses, groups.size) };
        if (reason === null) {
          judged.push({ ...rest, allowed: false });
          if (LOSSES.includes(anomaly.name)) unexplained.push(...witnesses);
        } else judged.push({ ...rest, allowed: !strict, reason });
      }
    }
    if (unexplained.length > 0) {
      judged.push({
        name: 'unexplained-loss',
        count: unexplained.length,
        witnesses: unexplained,
        allowed: false,
      });
    }
    return judged;
  }

  #countOf(anomaly: Anomaly, witnesses: readonly unknown[], groups: number): number {
    return groups === 1 ? anomaly.count : witnesses.length;
  }

  /** Why this occurrence is permitted, or null. */
  #reason(name: string, witness: Readonly<Record<string, unknown>>): string | null {
    const key = String(witness.key);
    switch (name) {
      case 'lost-write':
        return this.#lossOfValue(key, witness.value);
      case 'unseen':
        return this.#lossOfAll(witness.messages);
      case 'inconsistent-offsets':
        return this.#lossOfOffset(key, Number(witness.offset));
      case 'duplicate':
        return this.#mayDuplicate()
          ? 'retries without enable.idempotence may duplicate'
          : (this.#lossOfAllButOne(key, witness.offsets) ?? this.#historyCameBack(key, witness.value));
      case 'nonmonotonic-send':
      case 'int-nonmonotonic-send':
        return this.#reordering(key, witness.values) ?? this.#duplicatesSentInOrder(key, witness.values);
      case 'reordered-send':
        return this.#reordering(key, witness.values);
      case 'poll-skip':
      case 'int-poll-skip':
      case 'nonmonotonic-poll':
      case 'int-nonmonotonic-poll':
        return (
          this.#allDeleted(key, witness.skipped) ??
          this.#lossOfReaders(key) ??
          this.#duplicatesReadInOrder(key, witness)
        );
      default:
        return null;
    }
  }

  #lossOfValue(key: string, value: unknown): string | null {
    if (this.#checker.partitions.get(key)?.isDeleted === true) return 'its topic was deleted';
    const offset = this.acknowledgement(key, value)?.offset ?? null;
    if (offset !== null && this.isDeleted(key, offset, value)) return DELETED;
    if (offset !== null) return this.#lossOfOffset(key, offset);
    return this.#guarantee.acks === 0 ? 'acks=0 promises nothing' : null;
  }

  #lossOfOffset(key: string, offset: number): string | null {
    const model = this.#checker.partitions.get(key);
    if (model?.isDeleted === true) return 'its topic was deleted';
    if (this.isDeleted(key, offset, null)) return DELETED;
    const election = this.lossAt(key, offset);
    return election === null ? null : describeElection(election);
  }

  /** A record that was lost and sent again is at one offset of the lost history and at one offset of the new one. */
  #lossOfAllButOne(key: string, offsets: unknown): string | null {
    if (!Array.isArray(offsets)) return null;
    const reasons = offsets.map((offset) => this.#lossOfOffset(key, Number(offset)));
    const lost = reasons.filter((reason) => reason !== null);
    return lost.length >= offsets.length - 1 ? (lost[0] ?? null) : null;
  }

  /**
   * KIP-98 guarantees each record once per session within one history. A leader elected uncleanly that lacks a batch
   * refuses the next one as out of sequence, and the producer correctly begins a new epoch. If the replica with the
   * batch is then elected uncleanly over that leader, its copy returns, and the new copy is another record. This
   * takes two such elections, both before the acknowledgement.
   */
  #historyCameBack(key: string, value: unknown): string | null {
    if (!topicGuaranteeOf(this.#guarantee, key).uncleanElection) return null;
    const acknowledgedAt = this.acknowledgement(key, value)?.operation.time ?? Number.POSITIVE_INFINITY;
    const unclean = (this.#checker.partitions.get(key)?.elections ?? []).filter(
      (each) => !each.previousIsr.includes(each.leader) && each.timeMicros <= acknowledgedAt,
    );
    const last = unclean[unclean.length - 1];
    if (unclean.length < 2 || last === undefined) return null;
    return `leader epoch ${last.leaderEpoch}: ${last.leader} was replaced in one unclean election and returned in another, with its own copy`;
  }

  /** `{key: [values]}` or `[[key, values]]`: every value must be explained, and the first reason stands for all. */
  #lossOfAll(messages: unknown): string | null {
    if (typeof messages !== 'object' || messages === null) return null;
    let first: string | null = null;
    for (const [key, values] of Object.entries(messages)) {
      for (const value of values as readonly Value[]) {
        const reason = this.#lossOfValue(key, value);
        if (reason === null) return null;
        if (first === null || first === DELETED) first = reason;
      }
    }
    return first;
  }

  /** A reader that was behind the log start offset went on there. */
  #allDeleted(key: string, values: unknown): string | null {
    if (!Array.isArray(values) || values.length === 0) return null;
    const areDeleted = values.every((value) => {
      const offset = this.acknowledgement(key, value)?.offset ?? this.#replaced.offsetOf(key, value);
      return offset !== null && this.isDeleted(key, offset, value);
    });
    return areDeleted ? DELETED : null;
  }

  #mayDuplicate(): boolean {
    return !this.#guarantee.idempotent && this.#guarantee.retries > 0;
  }

  #reordering(key: string, values: unknown): string | null {
    const { acks, idempotent, inFlight, retries } = this.#guarantee;
    // Requests that wait in a connection which the producer gave up are carried out beside those of the next connection.
    if (acks === 0) return 'acks=0 promises no order across connections';
    if (!idempotent && retries > 0 && inFlight > 1) {
      return 'retries with several requests in flight may reorder without enable.idempotence';
    }
    if (!Array.isArray(values)) return null;
    const acknowledgements = values.map((value) => this.acknowledgement(key, value));
    if (!idempotent && acknowledgements.some((each) => each?.operation.type !== 'ok')) {
      return 'a send of unknown outcome may land later without enable.idempotence';
    }
    for (const each of acknowledgements) {
      const reason = each?.offset == null ? null : this.#lossOfOffset(key, each.offset);
      if (reason !== null) return reason;
    }
    return null;
  }

  /** An attempt that was given up landed after the acknowledged one. `reordered-send` compares the first copies. */
  #duplicatesSentInOrder(key: string, values: unknown): string | null {
    if (!this.#mayDuplicate() || !Array.isArray(values) || values.length < 2) return null;
    const offsets = values.map((value) => this.acknowledgement(key, value)?.offset ?? -1);
    return areAscending(offsets)
      ? 'a record stored twice by a retry: the acknowledged copies lie in order'
      : null;
  }

  /**
   * Jepsen orders a value by one of its offsets. If a value is at two offsets, a reader that reads every offset in
   * order seems to jump. The offsets show that it did not. A producer that is idempotent stores a record twice, too, when
   * the first copy was deleted before the retry arrived at a replica that never had it.
   */
  #duplicatesReadInOrder(key: string, witness: Readonly<Record<string, unknown>>): string | null {
    const isCopyDeleted = this.isDeleted(key, this.#replaced.earliestCopy(key) ?? -1, null);
    if (!this.#mayDuplicate() && !isCopyDeleted) return null;
    const polls = [...(Array.isArray(witness.ops) ? witness.ops : []), witness.op].filter(
      (each) => each !== undefined,
    );
    const offsets = polls.flatMap((poll) => offsetsRead(poll as Operation, key));
    const inOrder = offsets.length > 0 && areAscending(offsets);
    return inOrder ? 'a record stored twice by a retry was read at both its offsets, in order' : null;
  }

  /** A committed record was lost, so a reader's position may belong to a history that is gone (KIP-320). */
  #lossOfReaders(key: string): string | null {
    const election = this.#checker.partitions
      .get(key)
      ?.elections.find((each) => each.committedLost > 0 && permitsLoss(this.#guarantee, key, each));
    return election === undefined ? null : describeElection(election);
  }
}

/** The offset −1, of an acknowledgement without an offset, is in no order. */
function areAscending(offsets: readonly number[]): boolean {
  return offsets.every((offset, index) => offset >= 0 && (index === 0 || offset > offsets[index - 1]!));
}

function offsetsRead(poll: Operation, key: string): number[] {
  const read = poll.value as readonly PollCompletion[];
  return read.flatMap(([, polled]) => (polled[key] ?? []).map(([offset]) => offset));
}

/** Whether the settings permit the election to lose acknowledged records of the partition. */
export function permitsLoss(guarantee: Guarantee, partition: string, election: Election): boolean {
  const topic = topicGuaranteeOf(guarantee, partition);
  switch (election.cause) {
    case 'clean':
      return guarantee.acks !== -1;
    case 'unclean-election':
      return topic.uncleanElection;
    default:
      return !topic.flushesEveryRecord;
  }
}

export function describeElection(election: Election): string {
  const what = `leader epoch ${election.leaderEpoch}: ${election.leader} led without offsets from ${election.keptUpTo}`;
  switch (election.cause) {
    case 'clean':
      return `${what}, which it had not replicated when ${election.previousLeader ?? 'the leader'} went`;
    case 'unclean-election':
      return `${what}, elected uncleanly from outside the ISR`;
    case 'power-loss':
      return `${what}, lost with its unsynced data at a power loss`;
    case 'wiped-disk':
      return `${what}, lost with its disk`;
    case 'bit-rot':
      return `${what}, cut at a corrupt batch`;
  }
}
