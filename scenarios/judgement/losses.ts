/**
 * The acknowledged records that are gone at the end of a run, according to the logs of the replicas. Readers are no
 * evidence here, because a record that no reader has read may be on every replica.
 *
 * A record is gone if the log of the last leader does not hold it, and either an election lost it or no replica holds
 * it. Offset and leader epoch identify a record (log matching). Not covered: a record whose acknowledgement has no
 * offset (`acks=0`).
 */
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { TapeVisitor } from '../../harness/history/micro-operation-visitor.js';
import type { Key, Value } from '../../harness/history/operation.js';
import type { LossAccount } from '../../harness/runner/run-data.js';
import type { Election, PartitionModel } from '../invariants/partition-model.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { describeElection } from './loss-explanation.js';

/** Whether the settings permit the election to lose acknowledged records of the partition. */
export type PermitsLoss = (partition: string, election: Election) => boolean;

/** In order of time, with one entry for each partition and election. */
export function findLosses(
  checker: ReplicaChecker,
  history: HistoryTape,
  permits: PermitsLoss,
): readonly LossAccount[] {
  const gone = new Map<string, GoneFromPartition>();
  for (const model of checker.partitions.values()) {
    // The records of a deleted topic are gone by permission.
    const batches = model.isDeleted ? [] : goneBatches(model);
    if (batches.length > 0) gone.set(model.name, new GoneFromPartition(model, batches));
  }
  if (gone.size === 0) return [];
  const acknowledged = new AcknowledgedSends(gone);
  for (let position = 0; position < history.length; position++) {
    if (history.typeAt(position) === 'invoke') continue;
    acknowledged.timeMicros = history.timeAt(position);
    history.visit(position, acknowledged);
  }
  const losses = [...gone.values()].flatMap((each) => each.accounts(permits));
  return losses.sort((left, right) => left.timeMicros - right.timeMicros);
}

/**
 * Positions of the acknowledged batches that are gone. Each batch is checked once, and a run without a loss ends
 * here.
 */
function goneBatches(model: PartitionModel): readonly number[] {
  const { leader, ackLast, ackEpoch } = model;
  if (leader === null || ackLast.length === 0) return [];
  const held = model.shapeOf(model.replica(leader));
  const gone: number[] = [];
  for (let index = 0; index < ackLast.length; index++) {
    const [last, epoch] = [ackLast[index]!, ackEpoch[index]!];
    if (held.holds(last, epoch) || model.isRecordDeleted(last, epoch)) continue;
    if (model.takerOf(last, epoch) !== null || model.holderOf(last, epoch) === null) gone.push(index);
  }
  return gone;
}

interface Taken {
  readonly election: Election | null;
  records: number;
  fromOffset: number;
  /** The time of the last acknowledgement of the records, used for a loss without an election. */
  timeMicros: number;
}

class GoneFromPartition {
  readonly #model: PartitionModel;
  readonly #batches: ReadonlySet<number>;
  /** The offsets of those batches. */
  readonly #offsets = new Set<number>();
  readonly #taken = new Map<Election | null, Taken>();
  /** Each record counts once, even if two attempts of it were acknowledged. */
  readonly #counted = new Set<Value>();

  constructor(model: PartitionModel, batches: readonly number[]) {
    this.#model = model;
    this.#batches = new Set(batches);
    for (const index of batches) {
      const last = model.ackLast[index]!;
      for (let offset = model.ackBase[index]!; offset <= last; offset++) this.#offsets.add(offset);
    }
  }

  /** A client learned at `timeMicros` that the record is at `offset`. */
  acknowledged(value: Value, offset: number, timeMicros: number): void {
    if (!this.#offsets.has(offset)) return;
    const index = this.#acknowledgementOf(offset, timeMicros);
    if (index < 0 || !this.#batches.has(index) || this.#counted.has(value)) return;
    this.#counted.add(value);
    const election = this.#electionThatTook(offset, this.#model.ackEpoch[index]!);
    const taken = this.#taken.get(election);
    if (taken === undefined) {
      this.#taken.set(election, { election, records: 1, fromOffset: offset, timeMicros });
      return;
    }
    taken.records++;
    taken.fromOffset = Math.min(taken.fromOffset, offset);
    taken.timeMicros = timeMicros;
  }

  /**
   * The election that lost the record from the committed log or, for a record that was never committed, from the
   * leader's log.
   */
  #electionThatTook(offset: number, leaderEpoch: number): Election | null {
    return this.#model.takerOfCommitted(offset) ?? this.#model.takerOf(offset, leaderEpoch);
  }

  accounts(permits: PermitsLoss): readonly LossAccount[] {
    const { name: key } = this.#model;
    return [...this.#taken.values()].map(({ election, records, fromOffset, timeMicros }) => ({
      key,
      records,
      fromOffset,
      timeMicros: election?.timeMicros ?? timeMicros,
      cause: election?.cause ?? 'none',
      reason:
        election === null ? 'no election took them, and no replica holds them' : describeElection(election),
      allowed: election !== null && permits(key, election),
    }));
  }

  /**
   * The acknowledgement that the client received: the last one for this offset whose leader epoch had begun by then.
   * A record of an earlier history may have been acknowledged at the same offset.
   */
  #acknowledgementOf(offset: number, timeMicros: number): number {
    const { ackBase, ackLast, ackEpoch } = this.#model;
    for (let index = ackBase.length - 1; index >= 0; index--) {
      if (offset < ackBase[index]! || offset > ackLast[index]!) continue;
      if (this.#beganAt(ackEpoch[index]!) <= timeMicros) return index;
    }
    return -1;
  }

  #beganAt(leaderEpoch: number): number {
    return this.#model.elections.find((each) => each.leaderEpoch === leaderEpoch)?.timeMicros ?? 0;
  }
}

/** Of every kind of operation: a transaction sends records, too. */
class AcknowledgedSends implements TapeVisitor {
  timeMicros = 0;
  readonly #gone: ReadonlyMap<string, GoneFromPartition>;

  constructor(gone: ReadonlyMap<string, GoneFromPartition>) {
    this.#gone = gone;
  }

  send(key: Key, value: Value, offset: number): void {
    if (offset >= 0) this.#gone.get(String(key))?.acknowledged(value, offset, this.timeMicros);
  }

  pollKey(): void {}

  pollRecord(): void {}

  commit(): void {}

  listedKey(): void {}

  rebalancedKey(): void {}
}
