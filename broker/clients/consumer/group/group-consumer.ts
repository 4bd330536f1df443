/**
 * A consumer in a group, by the classic protocol (Java: KafkaConsumer with `subscribe`). Records come from a
 * NativeConsumer; the group says which partitions it has and where they begin.
 *
 * - Rebalances go on while a poll waits. While the listener runs, nothing is handed out and no poll is answered.
 * - With eager assignors a member gives up everything before it joins; with cooperative ones only what moves
 *   (KIP-429), and then joins again.
 * - Auto-commit commits the positions behind the records that earlier polls handed out: in a poll once the interval is
 *   over, before a rebalance, and at `close`.
 *
 * Not implemented: `group.protocol=consumer`.
 */
import { type ConsumerConfig, resolveConsumerConfig } from '../../../config/definitions.js';
import type { Env, TimerHandle } from '../../../env.js';
import type { JoinGroupRequest, JoinGroupResponse } from '../../../protocol/apis/11-join-group.js';
import type { SyncGroupRequest } from '../../../protocol/apis/14-sync-group.js';
import type { ErrorName } from '../../../protocol/errors.js';
import type { ConsumedOffset, PollCallback, TopicPartition } from '../consumer-record.js';
import { NativeConsumer, type NativeConsumerOptions } from '../native-consumer.js';
import type { Assignor } from './assignor.js';
import { assignorsOf } from './assignor-list.js';
import { ClassicMember, type Generation, type MemberHost } from './classic-member.js';
import { CoordinatorLink } from './coordinator-link.js';
import {
  assignedPartitions,
  assignmentBytes,
  membersOf,
  type Ownership,
  subscriptionOf,
} from './embedded-protocol.js';
import { checkGroupConfig } from './group-config.js';
import { type CommittedCallback, GroupOffsets } from './group-offsets.js';
import type { CommitError, CommitInterceptor, OffsetToCommit } from './offset-committer.js';

/** Each call ends with `done`, now or later: a listener may commit. */
export interface RebalanceListener {
  onPartitionsAssigned?(partitions: readonly TopicPartition[], done: () => void): void;
  onPartitionsRevoked?(partitions: readonly TopicPartition[], done: () => void): void;
  /** The group has given the partitions away already. Absent: `onPartitionsRevoked` is called. */
  onPartitionsLost?(partitions: readonly TopicPartition[], done: () => void): void;
}

export interface GroupConsumerOptions extends NativeConsumerOptions {
  /** Assignors of the application. `partition.assignment.strategy` names them by their names. */
  readonly assignors?: readonly Assignor[];
  readonly interceptor?: CommitInterceptor;
}

export interface GroupMetadata extends Generation {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
}

const NOTHING_OWNED: Ownership = { partitions: [], generationId: -1 };
/** JoinGroup may take the rebalance timeout and a little more (JOIN_GROUP_TIMEOUT_LAPSE). */
const JOIN_LAPSE_MS = 5_000;

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;
function without(some: readonly TopicPartition[], others: readonly TopicPartition[]): TopicPartition[] {
  const keys = new Set(others.map(keyOf));
  return some.filter((each) => !keys.has(keyOf(each)));
}

export class GroupConsumer {
  readonly #env: Env;
  readonly #config: ConsumerConfig;
  readonly #assignors: readonly Assignor[];
  readonly #isCooperative: boolean;
  readonly #inner: NativeConsumer;
  readonly #link: CoordinatorLink;
  readonly #member: ClassicMember;
  readonly #offsets: GroupOffsets;
  #pattern: RegExp | null = null;
  #topics: readonly string[] = [];
  #listener: RebalanceListener = {};
  #owned: readonly TopicPartition[] = [];
  /** What the member had in its last generation. */
  #former: Ownership = NOTHING_OWNED;
  /** The number of partitions of each topic when this member, the leader, assigned them. */
  #assignedCounts: ReadonlyMap<string, number> | null = null;
  #fatal: ErrorName | null = null;
  #timer: TimerHandle | null = null;
  #isDriving = false;
  /** Something happened since the last look. */
  #isDriveDue = false;
  #isClosed = false;

  constructor(env: Env, options: GroupConsumerOptions) {
    const config = resolveConsumerConfig(options.config);
    checkGroupConfig(config);
    this.#env = env;
    this.#config = config;
    this.#assignors = assignorsOf(config['partition.assignment.strategy'], options.assignors);
    this.#isCooperative = this.#assignors.every(({ isCooperative }) => isCooperative);
    const drive = this.#drive.bind(this);
    this.#inner = new NativeConsumer(env, options, {
      onConnectionChange: drive,
      onMetadata: () => {
        this.#matchTopics();
        this.#drive();
      },
    });
    const { cluster } = this.#inner;
    this.#link = new CoordinatorLink(env, {
      clientId: options.clientId,
      groupId: config['group.id'],
      cluster,
      requestTimeoutMs: config['request.timeout.ms'],
      joinTimeoutMs: Math.max(config['request.timeout.ms'], config['max.poll.interval.ms'] + JOIN_LAPSE_MS),
      onFound: (fatal) => {
        if (fatal === null) this.#member.coordinatorFound();
        else this.#fatal = fatal;
        this.#drive();
      },
    });
    this.#member = new ClassicMember(env, {
      config,
      link: this.#link,
      backoff: cluster.backoff,
      host: this.#host(),
    });
    this.#offsets = new GroupOffsets(env, {
      config,
      inner: this.#inner,
      link: this.#link,
      generation: () => this.#member.generation,
      onReset: (isMemberUnknown) => this.#member.reset(isMemberUnknown),
      onRebalance: () => this.#member.requestRejoin(),
      onFatal: (error) => {
        this.#fatal = error;
      },
      onProgress: drive,
      onPositions: () => this.#resume(),
      interceptor: options.interceptor ?? null,
    });
  }

  subscribe(topics: readonly string[], listener: RebalanceListener = {}): void {
    this.#pattern = null;
    this.#topics = [...new Set(topics)];
    this.#listener = listener;
    for (const topic of this.#topics) this.#inner.cluster.refresher.addTopic(topic);
    this.#member.requestRejoin();
  }

  /**
   * Every topic whose name matches, now and after each refresh of the metadata (`metadata.max.age.ms`). Internal topics
   * match only with `exclude.internal.topics=false`.
   */
  subscribePattern(pattern: RegExp, listener: RebalanceListener = {}): void {
    // Java's `find` keeps no position between two names.
    this.#pattern = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    this.#listener = listener;
    this.#inner.cluster.refresher.wantAllTopics();
    this.#matchTopics();
    this.#member.requestRejoin();
  }

  /** The topics of the present subscription. */
  subscription(): readonly string[] {
    return this.#topics;
  }

  assignment(): readonly TopicPartition[] {
    return this.#owned;
  }

  position(topic: string, partition: number): number | null {
    return this.#inner.position(topic, partition);
  }

  seek(topic: string, partition: number, offset: number): void {
    this.#inner.seek(topic, partition, offset);
  }

  seekToBeginning(topic: string, partition: number): void {
    this.#inner.seekToBeginning(topic, partition);
  }

  seekToEnd(topic: string, partition: number): void {
    this.#inner.seekToEnd(topic, partition);
  }

  pause(topic: string, partition: number): void {
    this.#inner.pause(topic, partition);
  }

  resume(topic: string, partition: number): void {
    this.#inner.resumePartition(topic, partition);
  }

  paused(): readonly TopicPartition[] {
    return this.#inner.paused();
  }

  /** The records between the position and the end as of the last fetch; null: not known. */
  currentLag(topic: string, partition: number): number | null {
    return this.#inner.currentLag(topic, partition);
  }

  wakeup(): void {
    this.#inner.wakeup();
  }

  groupMetadata(): GroupMetadata {
    const groupInstanceId = this.#config['group.instance.id'] || null;
    return { groupId: this.#config['group.id'], groupInstanceId, ...this.#member.generation };
  }

  /** The positions behind the records that polls handed out. */
  consumed(): readonly ConsumedOffset[] {
    return this.#inner.consumed();
  }

  poll(maxWaitMs: number, callback: PollCallback): void {
    const now = this.#env.clock.monotonicMicros();
    this.#member.polled(now);
    this.#offsets.autoCommit(now);
    const fatal = this.#fatal;
    this.#fatal = null;
    if (fatal !== null) {
      const where = { topic: '', partition: -1, offset: -1, divergence: null };
      this.#env.timers.schedule(0, () => callback({ ok: false, error: fatal, ...where }));
      return;
    }
    // The group first: partitions that the member must give up hand out no fetched record any more (Java:
    // KafkaConsumer#poll calls ConsumerCoordinator#poll before it looks for records).
    this.#env.timers.schedule(0, this.#drive.bind(this));
    this.#inner.poll(maxWaitMs, callback);
  }

  /**
   * Commits the offsets, or without any the positions behind the records that polls handed out. Tries until it succeeds,
   * fails for good, or `default.api.timeout.ms` is over.
   */
  commitSync(offsets: readonly OffsetToCommit[] | null, done: (error: CommitError) => void): void {
    this.#offsets.commitSync(offsets ?? this.consumed(), done);
  }

  /** Like `commitSync`, with one attempt. */
  commitAsync(offsets: readonly OffsetToCommit[] | null, done: (error: CommitError) => void): void {
    this.#offsets.commitAsync(offsets ?? this.consumed(), done);
  }

  /** In the order of the partitions; null: nothing is committed. */
  committed(partitions: readonly TopicPartition[], done: CommittedCallback): void {
    this.#offsets.committed(partitions, done);
  }

  /** Commits if auto-commit is on, gives the partitions up, leaves the group. A waiting poll gets no callback. */
  close(done: () => void): void {
    const finish = (): void => {
      this.#revoke(this.#owned, () => {
        this.#member.leave('the consumer is being closed');
        this.#end();
        done();
      });
    };
    if (!this.#config['enable.auto.commit'] || this.#owned.length === 0) finish();
    else this.commitSync(null, finish);
  }

  /** The process is gone: nothing is committed and nobody is told. */
  abandon(): void {
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#member.close();
    this.#offsets.close();
    this.#inner.close();
    // A LeaveGroup under way is sent before its connection closes.
    this.#env.timers.schedule(0, () => this.#link.close());
  }

  #drive(): void {
    this.#isDriveDue = true;
    if (this.#isDriving) return;
    this.#isDriving = true;
    const now = this.#env.clock.monotonicMicros();
    let at = Number.POSITIVE_INFINITY;
    while (this.#isDriveDue && !this.#isClosed && this.#inner.isPolling) {
      this.#isDriveDue = false;
      this.#checkPartitionCounts();
      at = Math.min(this.#member.drive(now), this.#offsets.positionHeld(now));
    }
    this.#isDriving = false;
    if (at !== Number.POSITIVE_INFINITY) this.#driveAt(at, now);
  }

  #driveAt(at: number, now: number): void {
    this.#timer?.cancel();
    this.#timer = this.#env.timers.schedule(Math.max(0, at - now), this.#drive.bind(this));
  }

  /** Java: ConsumerCoordinator#updatePatternSubscription. */
  #matchTopics(): void {
    const pattern = this.#pattern;
    if (pattern === null) return;
    const excludesInternal = this.#config['exclude.internal.topics'];
    const topics = this.#inner.cluster.metadata.listed
      .filter(({ name, isInternal }) => pattern.test(name) && !(isInternal && excludesInternal))
      .map(({ name }) => name);
    if (topics.join() === this.#topics.join()) return;
    this.#topics = topics;
    this.#member.requestRejoin();
  }

  /** The leader assigns anew when a topic got partitions. */
  #checkPartitionCounts(): void {
    if (this.#assignedCounts === null || !this.#member.isStable || !this.#member.isLeader) return;
    const { metadata } = this.#inner.cluster;
    for (const [topic, count] of this.#assignedCounts) {
      if (metadata.partitionCount(topic) === count) continue;
      this.#member.requestRejoin();
      return;
    }
  }

  #host(): MemberHost {
    return {
      prepare: (isLost, done) => this.#prepare(isLost, done),
      protocols: (generation) => this.#protocols(generation),
      assign: (joined) => this.#assign(joined),
      complete: (assignment, _protocolName, done) => this.#complete(assignment, done),
      fail: (error) => {
        this.#fatal = error;
      },
      onProgress: () => this.#drive(),
    };
  }

  #resume(): void {
    if (!this.#isClosed) this.#inner.resume();
  }

  /** Java: ConsumerCoordinator#onJoinPrepare. */
  #prepare(isLost: boolean, done: () => void): void {
    this.#inner.suspend();
    const finish = (): void => {
      this.#resume();
      done();
    };
    if (isLost) {
      this.#drop(this.#owned, 'onPartitionsLost', finish);
      return;
    }
    const subscribed = new Set(this.#topics);
    const given = this.#isCooperative
      ? this.#owned.filter(({ topic }) => !subscribed.has(topic))
      : this.#owned;
    const revoke = (): void => this.#revoke(given, finish);
    if (!this.#config['enable.auto.commit'] || this.#owned.length === 0) revoke();
    else this.#offsets.commitBeforeRebalance(revoke);
  }

  #revoke(partitions: readonly TopicPartition[], done: () => void): void {
    this.#drop(partitions, 'onPartitionsRevoked', done);
  }

  /** The listener is asked before the partitions are given up, so that it can still commit. */
  #drop(
    partitions: readonly TopicPartition[],
    method: 'onPartitionsRevoked' | 'onPartitionsLost',
    done: () => void,
  ): void {
    if (partitions.length === 0) {
      done();
      return;
    }
    const listener = this.#listener;
    const ask =
      method === 'onPartitionsLost'
        ? (listener.onPartitionsLost ?? listener.onPartitionsRevoked)
        : listener.onPartitionsRevoked;
    const finish = (): void => {
      this.#own(without(this.#owned, partitions));
      done();
    };
    if (ask === undefined) finish();
    else ask.call(listener, partitions, finish);
  }

  #own(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
    this.#owned = partitions;
    return this.#inner.assignHeld(partitions);
  }

  #protocols({ generationId }: Generation): JoinGroupRequest['protocols'] {
    const owned = { partitions: this.#owned, generationId };
    return this.#assignors.map((assignor) => ({
      name: assignor.name,
      metadata: subscriptionOf(assignor, this.#topics, owned, this.#former),
    }));
  }

  #assign(joined: JoinGroupResponse): SyncGroupRequest['assignments'] | null {
    const assignor = this.#assignors.find(({ name }) => name === joined.protocolName);
    if (assignor === undefined) {
      this.#fatal = 'INCONSISTENT_GROUP_PROTOCOL';
      return [];
    }
    const members = membersOf(joined, assignor);
    const { refresher, metadata } = this.#inner.cluster;
    const counts = new Map<string, number>();
    for (const topic of new Set(members.flatMap(({ topics }) => topics))) {
      refresher.addTopic(topic);
      if (metadata.partitionCount(topic) > 0) counts.set(topic, metadata.partitionCount(topic));
    }
    // Without any metadata the answer to the first request is still under way.
    if (metadata.brokers.size === 0) return null;
    this.#assignedCounts = counts;
    return Array.from(assignor.assign(counts, members), ([memberId, partitions]) => ({
      memberId,
      assignment: assignmentBytes(partitions),
    }));
  }

  /** Java: ConsumerCoordinator#onJoinComplete. */
  #complete(bytes: Uint8Array, done: () => void): void {
    const assigned = assignedPartitions(bytes);
    if (assigned === null) {
      this.#fatal = 'INVALID_REQUEST';
      done();
      return;
    }
    this.#inner.suspend();
    this.#former = { partitions: assigned, generationId: this.#member.generation.generationId };
    const revoked = without(this.#owned, assigned);
    const added = without(assigned, this.#owned);
    this.#offsets.restartAutoCommit();
    this.#revoke(revoked, () => {
      // What was given up is free for its new owner once this member has joined without it.
      if (revoked.length > 0) this.#member.requestRejoin();
      this.#own(assigned);
      const finish = (): void => {
        this.#resume();
        done();
      };
      const listener = this.#listener;
      if (listener.onPartitionsAssigned === undefined) finish();
      else listener.onPartitionsAssigned(added, finish);
    });
  }
}
