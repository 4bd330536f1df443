/**
 * One replica of one partition on this broker (kafka.cluster.Partition): its log, its role, its high watermark.
 *
 * Only metadata changes roles. A change of leader epoch waits until the log has finished the work of the old epoch,
 * as Kafka's leaderIsrUpdateLock makes it wait. No new work begins in the meantime. Changes of the ISR apply at once.
 */

import type { TopicConfig } from '../config/definitions.js';
import type { AppendResult } from '../log/append-result.js';
import type { Cleanable } from '../log/compaction/log-compaction.js';
import type { PartitionLog } from '../log/partition-log.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { LogStartReason } from '../observer.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { EpochEnd } from '../rules/log/epoch-end-offset.js';
import type { ReadableEndInput } from '../rules/replication/readable-end.js';
import type { SessionPartition } from './fetch-session.js';
import { LeaderRole } from './leader-role.js';
import type { RemoteReplica } from './remote-replica.js';
import type { ReplicationContext } from './replication-context.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING = (): void => {};

export type Role = 'leader' | 'follower' | 'offline';
export type Reader = 'follower' | 'consumer';

/** The part of the fetchers that a partition uses. */
export interface Following {
  follow(partition: Partition, leaderId: number): void;
  unfollow(partition: Partition): void;
}

/** Follows a partition in which it keeps its state: a coordinator. */
export interface PartitionListener {
  /** The replica took a role in a leader epoch. Its log has finished the work of the epoch before. */
  onRole(partition: Partition): void;
  onHighWatermark(partition: Partition): void;
}

export class Partition {
  readonly id: TopicIdPartition;
  readonly name: string;
  readonly index: number;
  readonly log: PartitionLog;
  /** The partition's entries in the fetch sessions that cover it. */
  readonly watchers: SessionPartition[] = [];
  /** The replica was removed from this broker. */
  isRetired = false;
  role: Role = 'offline';
  leaderId = -1;
  leaderEpoch = -1;
  partitionEpoch = -1;
  leader: LeaderRole | null = null;
  highWatermark: number;
  listener: PartitionListener | null = null;
  readonly #context: ReplicationContext;
  readonly #following: Following;
  /** The registration to apply when the log is no longer busy. */
  #pending: PartitionRegistration | null = null;
  #busyCount = 0;
  /** The followers as the last leadership of this replica knew them. */
  #formerReplicas: readonly RemoteReplica[] = [];
  /** The input of the most frequent rule, kept as one object. */
  readonly #readable: Mutable<ReadableEndInput> = {
    reader: 'consumer',
    isolationLevel: 0,
    highWatermark: 0,
    lastStableOffset: 0,
    logEndOffset: 0,
  };

  constructor(
    context: ReplicationContext,
    following: Following,
    id: TopicIdPartition,
    log: PartitionLog,
    checkpointedHighWatermark: number,
  ) {
    this.#context = context;
    this.#following = following;
    this.id = id;
    this.name = id.name;
    this.index = id.index;
    this.log = log;
    this.highWatermark = context.rules.highWatermarkAtStart({
      checkpointedHighWatermark,
      logStartOffset: log.logStartOffset,
      logEndOffset: log.logEndOffset,
    });
    context.observer?.replication?.highWatermarkMoved(this.id, this.highWatermark, 'follower');
  }

  /** The last stable offset. Without transactions it is the high watermark. */
  get lastStableOffset(): number {
    return this.highWatermark;
  }

  /** Metadata has given the replica another role or leader epoch that is not applied yet. No new work may begin. */
  get isChangingRole(): boolean {
    return this.#pending !== null;
  }

  /**
   * Applies the settings of the topic. A broker opens the logs that it finds before it knows the settings of their
   * topics. Records that these settings would have flushed at the append are flushed before the replica takes its
   * next role. Kafka loads a log with its settings and leaves the flush to the next append, so Kafka acknowledges an
   * unsynced record when it recognises a retry as a duplicate.
   */
  configure(config: TopicConfig): void {
    this.log.configure(config);
    if (this.log.hasFlushDue) this.#mutate((flushed) => this.log.flush(flushed), NOTHING, NOTHING);
  }

  applyMetadata(registration: PartitionRegistration): void {
    const role = registration.leader === this.#context.brokerId ? 'leader' : 'follower';
    const verdict = this.#context.rules.applyLeaderAndIsr({
      currentLeaderEpoch: this.leaderEpoch,
      currentPartitionEpoch: this.partitionEpoch,
      newLeaderEpoch: registration.leaderEpoch,
      newPartitionEpoch: registration.partitionEpoch,
      role,
    });
    if (verdict === 'stale') return;
    if (verdict === 'same-epoch' && this.#pending === null && this.#keepsRole(registration)) {
      this.#update(registration);
      return;
    }
    this.#pending = registration;
    this.#following.unfollow(this);
    this.#takeRoleWhenIdle();
  }

  /**
   * The replica is removed: it ends its role and answers the requests that wait for it. `done` is called when its log
   * has ended its work and nothing will write to it.
   */
  retire(done: () => void): void {
    this.isRetired = true;
    this.#pending = null;
    this.#following.unfollow(this);
    const { leader } = this;
    this.leader = null;
    this.role = 'offline';
    this.leaderId = -1;
    leader?.resign();
    this.listener?.onRole(this);
    for (let watcher = this.watchers.at(-1); watcher !== undefined; watcher = this.watchers.at(-1)) {
      watcher.unwatch();
      watcher.touch();
      watcher.wake();
    }
    this.log.retire(done);
  }

  /** NONE, or the reason why this replica cannot serve a request with this leader epoch. */
  checkLeadership(requestLeaderEpoch: number): ErrorName {
    const verdict = this.#context.rules.checkLeaderEpoch({
      requestLeaderEpoch,
      localLeaderEpoch: this.leaderEpoch,
    });
    if (verdict !== 'NONE') return verdict;
    return this.leader === null ? 'NOT_LEADER_OR_FOLLOWER' : 'NONE';
  }

  readableEnd(reader: Reader, isolationLevel: 0 | 1): number {
    const input = this.#readable;
    input.reader = reader;
    input.isolationLevel = isolationLevel;
    input.highWatermark = this.highWatermark;
    input.lastStableOffset = this.lastStableOffset;
    input.logEndOffset = this.log.logEndOffset;
    return this.#context.rules.readableEnd(input);
  }

  epochEnd(requestedEpoch: number): EpochEnd {
    return this.log.epochs.endOffsetFor(requestedEpoch, this.log.logEndOffset);
  }

  appendAsLeader(records: Uint8Array, done: (result: AppendResult) => void): void {
    this.#busyCount += 1;
    this.log.appendAsLeader(records, this.leaderEpoch, this.#onAppendedAsLeader.bind(this, done));
  }

  #onAppendedAsLeader(done: (result: AppendResult) => void, result: AppendResult): void {
    this.#busyCount -= 1;
    if (result.errorCode === 'NONE') this.#onLogGrew();
    done(result);
    this.#takeRoleWhenIdle();
    this.#context.wakeups.run();
  }

  appendAsFollower(
    records: Uint8Array,
    leaderHighWatermark: number,
    done: (errorCode: ErrorName) => void,
  ): void {
    const { log } = this;
    if (log.logEndOffset === log.logStartOffset && isAcross(records, log.logStartOffset)) {
      this.#appendFromWithinBatch(records, leaderHighWatermark, done);
      return;
    }
    this.#busyCount += 1;
    log.appendAsFollower(records, this.#onAppendedAsFollower.bind(this, leaderHighWatermark, done));
  }

  /**
   * The leader's log begins within a batch (DeleteRecords), and this follower gets that batch first. Its log begins again
   * at the base offset of the batch; the records below the log start offset stay deleted
   * (Partition#appendRecordsToFollowerOrFutureReplica).
   */
  #appendFromWithinBatch(
    records: Uint8Array,
    leaderHighWatermark: number,
    done: (errorCode: ErrorName) => void,
  ): void {
    const append = (): void => {
      this.#busyCount += 1;
      this.log.appendAsFollower(records, this.#onAppendedAsFollower.bind(this, leaderHighWatermark, done));
    };
    this.truncateFullyAndStartAt(batch.baseOffset(records, 0), append, this.log.logStartOffset);
  }

  #onAppendedAsFollower(
    leaderHighWatermark: number,
    done: (errorCode: ErrorName) => void,
    result: AppendResult,
  ): void {
    this.#busyCount -= 1;
    if (result.errorCode === 'NONE') this.followHighWatermark(leaderHighWatermark);
    done(result.errorCode);
    this.#takeRoleWhenIdle();
    this.#context.wakeups.run();
  }

  followHighWatermark(leaderHighWatermark: number): void {
    const next = this.#context.rules.followerHighWatermark({
      currentHighWatermark: this.highWatermark,
      leaderHighWatermark,
      logStartOffset: this.log.logStartOffset,
      logEndOffset: this.log.logEndOffset,
    });
    this.setHighWatermark(next);
  }

  /** The follower's log begins where the leader's begins, according to a response. */
  followLogStart(leaderLogStartOffset: number, moved: () => void): void {
    const { logStartOffset } = this.log;
    const { highWatermark } = this;
    const next = this.#context.rules.followerLogStart({
      logStartOffset,
      highWatermark,
      leaderLogStartOffset,
    });
    if (next <= logStartOffset) return;
    this.#moveLogStart(next, 'leader', (errorCode) => {
      if (errorCode === 'NONE') moved();
    });
  }

  /**
   * DeleteRecords at the leader (Partition#deleteRecordsOnLeader). `done`: whether the leader's own log begins at
   * `offset` or later.
   */
  deleteRecords(offset: number, done: (errorCode: ErrorName) => void): void {
    this.#moveLogStart(offset, 'records deletion', done);
  }

  #moveLogStart(offset: number, reason: LogStartReason, done: (errorCode: ErrorName) => void): void {
    let outcome: ErrorName = 'NONE';
    this.#mutate(
      (moved) =>
        this.log.moveLogStart(offset, reason, this.#currentHighWatermark, (errorCode) => {
          outcome = errorCode;
          moved();
        }),
      () => this.#onLogStartMoved(),
      () => done(outcome),
    );
  }

  deleteOldSegments(): void {
    this.#mutate(
      (deleted) => this.log.deleteOldSegments(this.#currentHighWatermark, deleted),
      () => this.#onLogStartMoved(),
      NOTHING,
    );
  }

  /** A pass of the log cleaner. `done`: whether it took place. */
  clean(cleanable: Cleanable, entriesMax: number, done: (isCleaned: boolean) => void): void {
    this.log.compaction.clean(cleanable, entriesMax, (isCleaned) => {
      done(isCleaned && !this.isRetired);
      this.#context.wakeups.run();
    });
  }

  readonly #currentHighWatermark = (): number => this.highWatermark;

  /** Responses state the log start offset. The change alone does not cause a response, as in Kafka. */
  #onLogStartMoved(): void {
    this.#touchAll();
    this.leader?.settleDeletions();
  }

  truncateTo(offset: number, reason: string, done: () => void): void {
    this.#mutate(
      (truncated) => this.log.truncateTo(offset, reason, truncated),
      () => this.#lowerHighWatermark(false),
      done,
    );
  }

  truncateFullyAndStartAt(offset: number, done: () => void, logStartOffset = offset): void {
    this.#mutate(
      (truncated) => this.log.truncateFullyAndStartAt(offset, truncated, logStartOffset),
      () => this.#lowerHighWatermark(true),
      done,
    );
  }

  setHighWatermark(offset: number): void {
    if (offset === this.highWatermark) return;
    this.highWatermark = offset;
    this.#context.observer?.replication?.highWatermarkMoved(
      this.id,
      offset,
      this.role === 'leader' ? 'leader' : 'follower',
    );
    for (const watcher of this.watchers) {
      // A follower learns the new high watermark from its next response. The change alone does not cause a response
      // (KAFKA-9731).
      watcher.touch();
      if (this.#isReadable(watcher)) watcher.wake();
    }
    this.listener?.onHighWatermark(this);
  }

  #onLogGrew(): void {
    this.leader?.onAppended();
    for (const watcher of this.watchers) {
      if (!this.#isReadable(watcher)) continue;
      watcher.touch();
      watcher.wake();
    }
  }

  #isReadable(watcher: SessionPartition): boolean {
    return this.readableEnd(watcher.session.reader, watcher.session.isolationLevel) > watcher.fetchOffset;
  }

  #lowerHighWatermark(full: boolean): void {
    const next = this.#context.rules.highWatermarkAfterTruncation({
      currentHighWatermark: this.highWatermark,
      truncatedTo: this.log.logEndOffset,
      full,
    });
    this.setHighWatermark(next);
  }

  #mutate(start: (finished: () => void) => void, apply: () => void, done: () => void): void {
    this.#busyCount += 1;
    start(() => {
      this.#busyCount -= 1;
      apply();
      done();
      this.#takeRoleWhenIdle();
      this.#context.wakeups.run();
    });
  }

  #keepsRole(registration: PartitionRegistration): boolean {
    if (registration.leader !== this.leaderId) return false;
    return (registration.leader === this.#context.brokerId) === (this.leader !== null);
  }

  #update(registration: PartitionRegistration): void {
    this.leaderEpoch = registration.leaderEpoch;
    this.partitionEpoch = registration.partitionEpoch;
    this.leader?.update(registration);
    this.#touchAll();
  }

  #takeRoleWhenIdle(): void {
    const registration = this.#pending;
    if (registration === null || this.#busyCount > 0) return;
    this.#pending = null;
    const isNewEpoch = registration.leaderEpoch > this.leaderEpoch;
    this.leaderEpoch = registration.leaderEpoch;
    this.partitionEpoch = registration.partitionEpoch;
    this.leaderId = registration.leader;
    if (registration.leader === this.#context.brokerId) this.#becomeLeader(registration);
    else this.#becomeFollower(registration, isNewEpoch);
    this.#touchAll();
    for (const watcher of this.watchers) watcher.wake();
    this.listener?.onRole(this);
  }

  #becomeLeader(registration: PartitionRegistration): void {
    const wasLeader = this.leader !== null;
    this.role = 'leader';
    this.leader ??= new LeaderRole(this.#context, this, this.#formerReplicas);
    // The log knows the epoch at once, and has it on disk before the first append (KAFKA-7415).
    this.#busyCount += 1;
    this.log.startLeaderEpoch(this.leaderEpoch, () => {
      this.#busyCount -= 1;
      this.#takeRoleWhenIdle();
      this.#context.wakeups.run();
    });
    this.#announceRole();
    this.leader.startEpoch(registration, wasLeader);
  }

  #becomeFollower(registration: PartitionRegistration, isNewEpoch: boolean): void {
    const leader = this.leader;
    if (leader !== null) this.#formerReplicas = leader.replicas;
    this.leader = null;
    this.role = registration.leader === -1 ? 'offline' : 'follower';
    this.log.fenceAppendsBelow(registration.leaderEpoch);
    leader?.resign();
    this.#announceRole();
    if (this.role === 'offline') return;
    const offset = isNewEpoch ? this.#truncationOnBecomingFollower() : null;
    if (offset === null || offset >= this.log.logEndOffset) {
      this.#following.follow(this, registration.leader);
      return;
    }
    this.#context.observer?.mark('follower truncated on becoming follower');
    this.truncateTo(offset, 'becoming follower', () => {
      if (this.#pending === null && !this.isRetired) this.#following.follow(this, registration.leader);
    });
  }

  #truncationOnBecomingFollower(): number | null {
    return this.#context.rules.truncationOnBecomingFollower({
      highWatermark: this.highWatermark,
      logEndOffset: this.log.logEndOffset,
      latestEpoch: this.log.epochs.latestEpoch,
      leaderEpoch: this.leaderEpoch,
    });
  }

  #announceRole(): void {
    const { observer, env } = this.#context;
    if (env.logger.enabled) {
      const { name: partition, leaderEpoch, highWatermark } = this;
      const { logEndOffset } = this.log;
      env.logger.log('info', `Became ${this.role}`, { partition, leaderEpoch, logEndOffset, highWatermark });
    }
    if (observer === null) return;
    observer.replication?.roleChanged(this.id, this.role, this.leaderEpoch);
    observer.replication?.highWatermarkMoved(
      this.id,
      this.highWatermark,
      this.role === 'leader' ? 'leader' : 'follower',
    );
  }

  #touchAll(): void {
    for (const watcher of this.watchers) watcher.touch();
  }
}

/** The first batch begins below `offset` and ends at or above it. */
const isAcross = (records: Uint8Array, offset: number): boolean =>
  batch.isBatchComplete(records, 0) &&
  batch.baseOffset(records, 0) < offset &&
  batch.lastOffset(records, 0) >= offset;
