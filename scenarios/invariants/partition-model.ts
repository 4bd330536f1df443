import type { BatchSummary } from '../../broker/observer.js';
import type { BatchId, BatchTable } from './batch-table.js';
import { LogShape } from './log-shape.js';
import { LostBatches } from './lost-batches.js';
import { ReplicaLog } from './replica-log.js';

export type ElectionCause = 'clean' | 'unclean-election' | 'power-loss' | 'wiped-disk' | 'bit-rot';

/** The requirements of a topic's effective configuration, and the losses it permits. */
export interface PartitionSettings {
  /** `unclean.leader.election.enable`: an election from outside the ISR may lose committed records. */
  readonly uncleanElection: boolean;
  /** Unsynced records may be gone after a power loss, a wiped disk or bit rot. */
  readonly diskLoss: boolean;
  /** `min.insync.replicas`; if there are fewer replicas, all of them count. */
  readonly minInsyncReplicas: number;
  readonly retention: RetentionSettings;
}

/** Which old records a topic's effective configuration permits to delete. −1: no limit. */
export interface RetentionSettings {
  /** `cleanup.policy` has `delete`. */
  readonly deletes: boolean;
  readonly retentionMillis: number;
  readonly retentionBytes: number;
}

/** Some replica's log began at `endOffset` while `leaderEpoch` was the latest epoch. */
interface Deletion {
  readonly endOffset: number;
  readonly leaderEpoch: number;
}

/** One change of leader, and what it did to the log. */
export interface Election {
  readonly timeMicros: number;
  readonly leaderEpoch: number;
  readonly leader: string;
  readonly previousLeader: string | null;
  readonly previousIsr: readonly string[];
  /** Records at and above this offset of earlier epochs are not in the new leader's log. */
  readonly keptUpTo: number;
  /** `clean`: the new leader had every committed record; uncommitted ones may still be lost. */
  readonly cause: ElectionCause;
  /** Committed records that the new leader lacked: [keptUpTo, committedEnd) or none. */
  readonly committedLost: number;
  /**
   * The content of the new leader's log at the election, and again when its leadership began: the history from there
   * on.
   */
  held: LogShape;
}

/** Everything known of one partition: the controller's state, each replica's log, and the one committed log. */
export class PartitionModel {
  readonly name: string;
  readonly settings: PartitionSettings;
  /** Its topic was deleted, so its records are gone by permission. */
  isDeleted = false;
  readonly replicas = new Map<string, ReplicaLog>();
  readonly elections: Election[] = [];
  /** Every time that members left the ISR, in order. */
  readonly isrShrinks: { readonly timeMicros: number; readonly isr: readonly string[] }[] = [];
  readonly leaderByEpoch = new Map<number, string>();
  /** For each past leader epoch, the members of its ISR that were left when the next epoch began. */
  readonly successors = new Map<number, readonly string[]>();
  /** The present leader; if there is none, the last one. */
  leader: string | null = null;
  hasLeader = false;
  leaderEpoch = -1;
  partitionEpoch = -1;
  /** Set by `assign`, together with the logs of the members. */
  isr: readonly string[] = [];
  isrLogs: readonly ReplicaLog[] = [];
  assigned: readonly string[] = [];
  assignedLogs: readonly ReplicaLog[] = [];
  /** Batches below the highest high watermark that any leader reached. */
  readonly committed: BatchId[] = [];
  committedEnd = 0;
  /** Leaders of earlier epochs than this may hold, serve and acknowledge records that an explained loss has removed. */
  lossEpoch = -1;

  /** Some replica compacted its log up to here. The model keeps every batch; logs are compared by offset and epoch. */
  compactedEnd = 0;
  /** The highest offset at which the log of a replica began. */
  deletedEnd = 0;
  /** Clients have asked to delete the records below. */
  deletionAskedEnd = 0;
  /** Ascending in both fields. */
  readonly #deletions: Deletion[] = [];

  /** Acknowledged ranges, in order of time, in three columns. */
  readonly ackBase: number[] = [];
  readonly ackLast: number[] = [];
  /** The epoch in which the records were appended. A retry may be acknowledged in a later epoch. */
  readonly ackEpoch: number[] = [];
  /** For each batch that a leader refused as out of sequence, the leader epoch of the last refusal. */
  readonly refusedIn = new Map<string, number>();
  readonly #lost: LostBatches<Election>;
  /** The replica that last appended a batch that the previous one lacked: mostly the leader. */
  #appendedTo: ReplicaLog | null = null;

  readonly #table: BatchTable;

  constructor(name: string, table: BatchTable, settings: PartitionSettings) {
    this.name = name;
    this.settings = settings;
    this.#table = table;
    this.#lost = new LostBatches(table);
  }

  replica(host: string): ReplicaLog {
    let replica = this.replicas.get(host);
    if (replica === undefined) {
      replica = new ReplicaLog(host, this.#table);
      this.replicas.set(host, replica);
    }
    return replica;
  }

  /** Applies the controller's present state. */
  assign(isr: readonly string[], assigned: readonly string[]): void {
    this.isr = isr;
    this.isrLogs = isr.map((host) => this.replica(host));
    this.assigned = assigned;
    this.assignedLogs = assigned.map((host) => this.replica(host));
  }

  /** Appends a batch to a replica's log. Replicas mostly hold equal batches, which are stored once. */
  append(replica: ReplicaLog, batch: BatchSummary): void {
    const { batches } = replica;
    if (batch.lastOffset < this.compactedEnd && this.#appendCompacted(replica, batch)) return;
    const other = this.#appendedTo?.batches[batches.length];
    if (other === undefined) this.#appendedTo = replica;
    batches.push(other !== undefined && this.#table.is(other, batch) ? other : this.#table.add(batch));
  }

  /**
   * A start opens the log of a replica. A crash may have hidden the last append, whose batches may have gaps like those
   * of any append. Returns the first offset that is no longer held, or −1.
   */
  reopen(replica: ReplicaLog, batches: readonly BatchSummary[], startOffset: number): number {
    const { lostFrom, added } = replica.reopen(batches, startOffset, this.compactedEnd);
    for (const batch of added) this.append(replica, batch);
    return lostFrom;
  }

  /**
   * A batch from a compacted log: the committed batches up to its last offset stand for it and for those that compaction
   * removed before it.
   */
  #appendCompacted(replica: ReplicaLog, batch: BatchSummary): boolean {
    const { committed } = this;
    if (!this.holdsPrefix(replica)) return false;
    let end = replica.batches.length;
    while (end < committed.length && this.#table.lastOffset(committed[end]!) < batch.lastOffset) end++;
    const last = committed[end];
    if (last === undefined || !this.#table.endsLike(last, batch)) return false;
    replica.batches.push(...committed.slice(replica.batches.length, end + 1));
    replica.agreedCount = replica.batches.length;
    return true;
  }

  /** The replica's batches are all among the committed ones. */
  holdsPrefix(replica: ReplicaLog): boolean {
    this.#advanceAgreement(replica);
    return replica.agreedCount === replica.batches.length;
  }

  /**
   * A replica that holds the record appended at `offset` in `leaderEpoch`. All such replicas have the same log before
   * it (log matching).
   */
  holderOf(offset: number, leaderEpoch: number): ReplicaLog | null {
    for (const replica of this.replicas.values()) if (replica.epochAt(offset) === leaderEpoch) return replica;
    return null;
  }

  /** True when the replica holds the whole committed log. Amortised O(1), because the agreement is remembered. */
  holdsCommitted(replica: ReplicaLog): boolean {
    this.#advanceAgreement(replica);
    return replica.agreedCount === this.committed.length;
  }

  /** The first committed offset that the replica lacks or holds differently; −1: none. */
  firstMissing(replica: ReplicaLog): number {
    this.#advanceAgreement(replica);
    const committed = this.committed[replica.agreedCount];
    return committed === undefined ? -1 : this.#table.baseOffset(committed);
  }

  /** True when the replica holds a batch below `offset` that differs from the committed one. */
  contradictsCommittedBelow(replica: ReplicaLog, offset: number): boolean {
    this.#advanceAgreement(replica);
    const own = replica.batches[replica.agreedCount];
    const committed = this.committed[replica.agreedCount];
    return own !== undefined && committed !== undefined && this.#table.baseOffset(committed) < offset;
  }

  /**
   * Extends the committed log from a leader's log up to `highWatermark`. The leader must hold the whole committed log
   * so far.
   */
  commitFrom(leader: ReplicaLog, highWatermark: number): void {
    const { committed } = this;
    let next = leader.batches[committed.length];
    while (next !== undefined && this.#table.lastOffset(next) < highWatermark) {
      committed.push(next);
      next = leader.batches[committed.length];
    }
    leader.agreedCount = committed.length;
    this.committedEnd = Math.max(this.committedEnd, highWatermark);
  }

  /**
   * After a loss has been judged, the committed log continues from the new leader's log. The next leader may bring
   * back what one leader lacked.
   */
  cutCommittedTo(leader: ReplicaLog, election: Election): void {
    this.#advanceAgreement(leader);
    const { committed } = this;
    this.#lost.add(election, committed.splice(leader.agreedCount));
    const last = committed[committed.length - 1];
    this.committedEnd = last === undefined ? 0 : this.#table.lastOffset(last) + 1;
    this.lossEpoch = election.leaderEpoch;
    for (const replica of this.replicas.values()) {
      replica.unreconciled = true;
      if (replica.agreedCount > committed.length) replica.agreedCount = committed.length;
    }
    this.continueFrom(leader, election);
  }

  /**
   * Records beyond the committed log become committed again if the leader holds them and knew them as committed
   * before a loss, or if an earlier election had lost them. No record that the leader holds counts as lost any more.
   */
  continueFrom(leader: ReplicaLog, election: Election): void {
    this.commitFrom(leader, Math.min(leader.toldHighWatermark, leader.endOffset));
    this.#regainLost(leader);
    this.#lost.forgetHeld(election.held);
    leader.unreconciled = false;
  }

  /** The leader of the latest election begins to lead, perhaps with more records than at its election. */
  beginsToLead(leader: ReplicaLog, leaderEpoch: number): void {
    const election = this.elections[this.elections.length - 1];
    if (election?.leaderEpoch !== leaderEpoch || election.leader !== leader.host) return;
    election.held = this.shapeOf(leader);
    this.#regainLost(leader);
    this.#lost.forgetHeld(election.held);
  }

  /** The log of a replica begins at `endOffset`, by right. */
  noteDeleted(endOffset: number): void {
    if (endOffset > this.deletedEnd) this.deletedEnd = endOffset;
    this.#deletions.push({ endOffset, leaderEpoch: this.leaderEpoch });
  }

  /** Whether the record appended at `offset` in `leaderEpoch` was deleted by right, on at least one replica. */
  isRecordDeleted(offset: number, leaderEpoch: number): boolean {
    if (offset >= this.deletedEnd) return false;
    return this.#deletions.some((each) => each.endOffset > offset && each.leaderEpoch >= leaderEpoch);
  }

  /** The replica deleted its log, which begins again at `offset`. The committed batches below stand for the deleted ones. */
  restart(replica: ReplicaLog, offset: number): void {
    const { committed } = this;
    let count = 0;
    while (count < committed.length && this.#table.lastOffset(committed[count]!) < offset) count++;
    replica.beginAt(offset, committed.slice(0, count));
  }

  shapeOf(replica: ReplicaLog): LogShape {
    return LogShape.of(this.#table, replica.batches);
  }

  /** The election that lost the committed record at `offset`; the last such election if several histories had one. */
  takerOfCommitted(offset: number): Election | null {
    return this.#lost.takerOf(offset);
  }

  /**
   * The election since which no leader has held the record appended at `offset` in `leaderEpoch`; null: the last
   * leader holds it.
   */
  takerOf(offset: number, leaderEpoch: number): Election | null {
    let taker: Election | null = null;
    for (const election of this.elections) {
      if (election.leaderEpoch <= leaderEpoch) continue;
      if (election.held.holds(offset, leaderEpoch)) taker = null;
      else taker ??= election;
    }
    return taker;
  }

  /** Whether any later leader lacked the record appended at `offset` in `leaderEpoch`. */
  wasGone(offset: number, leaderEpoch: number): boolean {
    return this.elections.some(
      (election) => election.leaderEpoch > leaderEpoch && !election.held.holds(offset, leaderEpoch),
    );
  }

  /**
   * The leader holds the committed log and, after it, records that an earlier election had lost. These are committed
   * again, and must not be lost a second time without a cause.
   */
  #regainLost(leader: ReplicaLog): void {
    if (this.#lost.isEmpty || !this.holdsCommitted(leader)) return;
    const { committed } = this;
    let next = leader.batches[committed.length];
    while (next !== undefined && this.#lost.has(next)) {
      committed.push(next);
      this.committedEnd = this.#table.lastOffset(next) + 1;
      next = leader.batches[committed.length];
    }
    leader.agreedCount = committed.length;
  }

  #advanceAgreement(replica: ReplicaLog): void {
    const { committed } = this;
    const { batches } = replica;
    let agreed = replica.agreedCount;
    while (agreed < committed.length && agreed < batches.length) {
      if (this.#table.areSame(batches[agreed]!, committed[agreed]!)) agreed++;
      else if (this.#adoptDeleted(replica, agreed)) agreed = Math.max(agreed + 1, replica.agreedCount);
      else break;
    }
    replica.agreedCount = agreed;
  }

  /**
   * A follower whose log diverged only below the log start of its leader does not truncate, because the leader has no
   * such records and no such epochs any more. The follower's records below are deleted next. The committed ones stand
   * for them.
   */
  #adoptDeleted(replica: ReplicaLog, at: number): boolean {
    const { committed, deletedEnd } = this;
    const table = this.#table;
    const { batches } = replica;
    if (table.baseOffset(batches[at]!) >= deletedEnd) return false;
    let own = at;
    while (own < batches.length && table.lastOffset(batches[own]!) < deletedEnd) own++;
    if (own === at) return false;
    const ownEnd = table.lastOffset(batches[own - 1]!);
    let next = at;
    while (next < committed.length && table.lastOffset(committed[next]!) <= ownEnd) next++;
    if (next === at || table.lastOffset(committed[next - 1]!) !== ownEnd) return false;
    replica.adopt(at, own - at, committed.slice(at, next));
    return true;
  }
}
