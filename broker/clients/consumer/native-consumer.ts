/**
 * A Kafka consumer without I/O of its own (Java: KafkaConsumer with `assign`). A position moves only when
 * records are handed out. It never moves back by itself, except where the leader's log diverges from the
 * records read and `auto.offset.reset` permits the consumer to follow (KIP-320).
 *
 * Only one `poll` may wait at a time. Its callback is called later, never inside `poll`. As in Java,
 * requests are sent only while a poll waits, plus one fetch per leader in advance when records are handed
 * out.
 *
 * A group assigns through `assignHeld` and `startAt` (`group/group-consumer.ts`).
 *
 * Not implemented: skipping of aborted transactions, fetching from followers.
 */

import { type ConsumerConfig, type Properties, resolveConsumerConfig } from '../../config/definitions.js';
import type { Address, Env, TimerHandle } from '../../env.js';
import { ClusterAccess } from '../cluster-access.js';
import { type ClientRules, clientRules } from '../rules/index.js';
import type { EpochEnd } from '../rules/leadership.js';
import { Assignment } from './assignment.js';
import type { ConsumedOffset, PollCallback, PollResult, TopicPartition } from './consumer-record.js';
import { Fetcher } from './fetcher.js';
import { OffsetFinder } from './offset-finder.js';
import type { PartitionCursor, ResetPolicy } from './partition-cursor.js';

export interface NativeConsumerOptions {
  readonly clientId: string;
  readonly bootstrap: readonly Address[];
  readonly config: Properties;
  readonly rules?: ClientRules;
}

/** How a group takes part in the consumer. */
export interface GroupHooks {
  /** A connection was established, or ended. */
  readonly onConnectionChange: () => void;
  readonly onMetadata: () => void;
}

const READ_COMMITTED = 1;
const NOWHERE = { topic: '', partition: -1, offset: -1, divergence: null };
const NOTHING: PollResult = { ok: true, records: [] };

export class NativeConsumer {
  readonly #env: Env;
  readonly #config: ConsumerConfig;
  readonly #rules: ClientRules;
  readonly #cluster: ClusterAccess;
  readonly #assignment: Assignment;
  readonly #fetcher: Fetcher;
  readonly #offsets: OffsetFinder;
  readonly #failed: PartitionCursor[] = [];
  #waiting: PollCallback | null = null;
  #deadline = 0;
  #timer: TimerHandle | null = null;
  #timerAt = 0;
  #isClosed = false;
  readonly #hooks: GroupHooks | null;
  /** A group's listener runs: nothing is handed out and no poll is answered. */
  #isSuspended = false;
  /** The next poll, or the one that waits, ends with WakeupException. */
  #isWoken = false;

  constructor(env: Env, options: NativeConsumerOptions, hooks: GroupHooks | null = null) {
    const config = resolveConsumerConfig(options.config);
    const { clientId, bootstrap } = options;
    this.#env = env;
    this.#config = config;
    this.#rules = options.rules ?? clientRules;
    this.#hooks = hooks;
    const onProgress = this.#proceed.bind(this);
    this.#cluster = new ClusterAccess(env, {
      clientId,
      bootstrap,
      config,
      rules: this.#rules,
      random: env.random(`consumer/${clientId}`),
      onConnectionChange: hooks === null ? onProgress : this.#onConnectionChange.bind(this),
      onMetadata: this.#onMetadata.bind(this),
    });
    const { metadata, connections, refresher, backoff } = this.#cluster;
    this.#assignment = new Assignment(metadata, config['auto.offset.reset']);
    const onFailure = (cursor: PartitionCursor): void => void this.#failed.push(cursor);
    this.#fetcher = new Fetcher(env, {
      connections,
      refresher,
      backoff,
      onFailure,
      onProgress,
      config,
      metadata,
      assignment: this.#assignment,
      onOutOfRange: (cursor) => this.#onOutOfRange(cursor),
      onNewLeader: (cursor) => this.#adoptLeader(cursor),
    });
    this.#offsets = new OffsetFinder(env, {
      connections,
      refresher,
      backoff,
      isolationLevel: config['isolation.level'],
      onFailure,
      onProgress,
      onOffset: (cursor, offset, leaderEpoch) => this.#settleAt(cursor, offset, leaderEpoch),
      onEpochEnd: (cursor, end) => this.#onEpochEnd(cursor, end),
    });
  }

  /** Replaces the assignment. Partitions that stay keep their position. */
  assign(partitions: readonly TopicPartition[]): void {
    const { dropped, added } = this.#assignment.replace(partitions);
    for (const cursor of dropped) {
      this.#fetcher.discard(cursor);
      cursor.become('unassigned');
      this.#fetcher.markChanged(cursor);
    }
    for (const cursor of added) {
      this.#cluster.refresher.addTopic(cursor.metadata.topic);
      this.#offsets.add(cursor);
    }
  }

  /**
   * The assignment by a group. An added partition is neither fetched nor reset before `startAt`; the added ones are
   * returned.
   */
  assignHeld(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
    const { dropped, added } = this.#assignment.replace(partitions);
    for (const cursor of dropped) {
      this.#fetcher.discard(cursor);
      cursor.become('unassigned');
      this.#fetcher.markChanged(cursor);
    }
    for (const cursor of added) {
      this.#cluster.refresher.addTopic(cursor.metadata.topic);
      cursor.become('held');
    }
    return added.map(({ metadata: { topic, index } }) => ({ topic, partition: index }));
  }

  /** The partitions that wait for `startAt`. */
  held(): readonly TopicPartition[] {
    return this.#assignment.cursors
      .filter(({ state }) => state === 'held')
      .map(({ metadata: { topic, index } }) => ({ topic, partition: index }));
  }

  /** Where a held partition begins; null: by `auto.offset.reset`. */
  startAt(topic: string, partition: number, committed: ConsumedOffset | null): void {
    const cursor = this.#assignment.find(topic, partition);
    if (cursor === null || cursor.state !== 'held') return;
    if (committed === null) {
      this.#reset(cursor, this.#config['auto.offset.reset']);
      return;
    }
    cursor.followLeader();
    this.#settleAt(cursor, committed.offset, committed.leaderEpoch);
  }

  /** The positions of all partitions that have one: behind the last record that was handed out. */
  consumed(): readonly ConsumedOffset[] {
    return this.#assignment.cursors
      .filter(({ state }) => state === 'fetching' || state === 'validating')
      .map(({ metadata: { topic, index }, offset, offsetEpoch }) => ({
        topic,
        partition: index,
        offset,
        leaderEpoch: offsetEpoch,
      }));
  }

  get cluster(): ClusterAccess {
    return this.#cluster;
  }

  get isPolling(): boolean {
    return this.#waiting !== null;
  }

  suspend(): void {
    this.#isSuspended = true;
  }

  /** The waiting poll continues, with the present assignment. */
  resume(): void {
    this.#isSuspended = false;
    this.#proceed();
  }

  assignment(): readonly TopicPartition[] {
    return this.#assignment.cursors.map(({ metadata: { topic, index } }) => ({ topic, partition: index }));
  }

  /** The next record handed out has this offset or a higher one. The offset is not checked, as in Java. */
  seek(topic: string, partition: number, offset: number): void {
    const cursor = this.#assigned(topic, partition);
    this.#fetcher.discard(cursor);
    cursor.moveTo(offset, -1);
    cursor.become('fetching');
    cursor.followLeader();
    this.#fetcher.markChanged(cursor);
  }

  seekToBeginning(topic: string, partition: number): void {
    this.#reset(this.#assigned(topic, partition), 'earliest');
  }

  seekToEnd(topic: string, partition: number): void {
    this.#reset(this.#assigned(topic, partition), 'latest');
  }

  /** Nothing of the partition is fetched or handed out before `resume`. A partition that is given up forgets it. */
  pause(topic: string, partition: number): void {
    this.#fetcher.pause(this.#assigned(topic, partition));
  }

  resumePartition(topic: string, partition: number): void {
    this.#fetcher.resume(this.#assigned(topic, partition));
    this.#proceed();
  }

  paused(): readonly TopicPartition[] {
    return this.#assignment.cursors
      .filter(({ isPaused }) => isPaused)
      .map(({ metadata: { topic, index } }) => ({ topic, partition: index }));
  }

  /** Java: `currentLag`. The records between the position and the end as of the last fetch; null: not known. */
  currentLag(topic: string, partition: number): number | null {
    const cursor = this.#assigned(topic, partition);
    const isCommittedOnly = this.#config['isolation.level'] === READ_COMMITTED;
    const end = isCommittedOnly ? cursor.lastStableOffset : cursor.highWatermark;
    return end < 0 || cursor.state !== 'fetching' ? null : Math.max(0, end - cursor.offset);
  }

  /** The poll that waits ends with WakeupException; if none waits, the next one does. */
  wakeup(): void {
    this.#isWoken = true;
    const now = this.#env.clock.monotonicMicros();
    if (this.#waiting !== null) this.#wake(now, now);
  }

  /** The offset of the next record to be handed out; null while the position is unknown. */
  position(topic: string, partition: number): number | null {
    const cursor = this.#assigned(topic, partition);
    return cursor.state === 'resetting' || cursor.state === 'held' ? null : cursor.offset;
  }

  /**
   * Calls back with records as soon as there are any, with a failure, or with no records after `maxWaitMs`.
   */
  poll(maxWaitMs: number, callback: PollCallback): void {
    if (this.#isClosed || this.#waiting !== null) throw new Error('one poll at a time, and none after close');
    this.#waiting = callback;
    const now = this.#env.clock.monotonicMicros();
    this.#deadline = now + maxWaitMs * 1_000;
    if (this.#isWoken || this.#failed.length > 0 || this.#fetcher.hasRecords) this.#wake(now, now);
    else this.#request(now);
  }

  /** A waiting poll gets no callback. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#cluster.close();
  }

  #assigned(topic: string, partition: number): PartitionCursor {
    const cursor = this.#assignment.find(topic, partition);
    if (cursor === null) throw new Error(`No current assignment for partition ${topic}-${partition}`);
    return cursor;
  }

  /** Answers the waiting poll if there are records or a failure. Otherwise requests what is missing. */
  #proceed(): void {
    if (this.#waiting === null || this.#isSuspended) return;
    const now = this.#env.clock.monotonicMicros();
    const result = this.#take();
    if (result !== null) {
      // From here no poll waits; the next poll takes care of what must wait.
      if (result.ok) this.#ask(now);
      this.#answer(result);
    } else if (now >= this.#deadline) this.#answer(NOTHING);
    else this.#request(now);
  }

  #take(): PollResult | null {
    if (this.#isWoken) {
      this.#isWoken = false;
      return { ok: false, error: 'WakeupException', ...NOWHERE };
    }
    const failure = this.#takeFailure();
    if (failure !== null) return failure;
    if (!this.#fetcher.hasRecords) return null;
    const records = this.#fetcher.collect(this.#config['max.poll.records']);
    return records.length > 0 ? { ok: true, records } : this.#takeFailure();
  }

  #takeFailure(): PollResult | null {
    for (let cursor = this.#failed.shift(); cursor !== undefined; cursor = this.#failed.shift()) {
      const { failure } = cursor;
      if (failure === null) continue;
      cursor.failure = null;
      this.#fetcher.markChanged(cursor);
      return failure;
    }
    return null;
  }

  #answer(result: PollResult): void {
    const callback = this.#waiting;
    this.#waiting = null;
    callback?.(result);
  }

  /** Sends every request that can be sent. Returns the time of the next look. */
  #ask(now: number): number {
    return Math.min(this.#offsets.ask(now), this.#fetcher.send(now));
  }

  #request(now: number): void {
    const wake = Math.min(this.#ask(now), this.#deadline);
    this.#wake(this.#failed.length > 0 ? now : wake, now);
  }

  /** Ensures a look at `at` or before. If a timer fires earlier, it looks and is set again. */
  #wake(at: number, now: number): void {
    if (this.#timer !== null) {
      if (this.#timerAt <= at) return;
      this.#timer.cancel();
    }
    this.#timerAt = at;
    this.#timer = this.#env.timers.schedule(Math.max(0, at - now), this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#proceed();
  };

  #onMetadata(): void {
    for (const cursor of this.#assignment.cursors) this.#adoptLeader(cursor);
    this.#hooks?.onMetadata();
    this.#proceed();
  }

  #onConnectionChange(): void {
    this.#hooks?.onConnectionChange();
    this.#proceed();
  }

  /**
   * KIP-320: a position obtained under an earlier leader is validated before it is fetched from a newer
   * leader.
   */
  #adoptLeader(cursor: PartitionCursor): void {
    const { leaderId, leaderEpoch, topicId } = cursor.metadata;
    if (cursor.state !== 'fetching' && cursor.state !== 'validating') return;
    const isOtherTopic = topicId !== cursor.topicId;
    if (leaderId === cursor.leaderId && leaderEpoch === cursor.leaderEpoch && !isOtherTopic) return;
    const mustValidate = this.#rules.mustValidatePosition({
      position: cursor,
      // No epoch of the earlier topic of this name is older or newer than one of the present topic.
      knownLeaderEpoch: isOtherTopic ? -1 : cursor.leaderEpoch,
      newLeaderEpoch: leaderEpoch,
    });
    if (mustValidate || cursor.state === 'validating') {
      this.#fetcher.discard(cursor);
      cursor.become('validating');
      this.#offsets.add(cursor);
    } else cursor.retryAt = 0;
    cursor.followLeader();
    this.#fetcher.markChanged(cursor);
  }

  #onEpochEnd(cursor: PartitionCursor, end: EpochEnd): void {
    const verdict = this.#rules.judgePosition(cursor, end);
    if (verdict.kind === 'valid') this.#settleAt(cursor, cursor.offset, cursor.offsetEpoch);
    else if (this.#config['auto.offset.reset'] === 'none') {
      cursor.isAsked = false;
      cursor.failWith('LogTruncationException', verdict.kind === 'truncated' ? verdict.divergence : null);
      this.#failed.push(cursor);
    } else if (verdict.kind === 'truncated') {
      this.#settleAt(cursor, verdict.divergence.endOffset, verdict.divergence.leaderEpoch);
    } else this.#reset(cursor, this.#config['auto.offset.reset']);
  }

  #onOutOfRange(cursor: PartitionCursor): void {
    if (this.#config['auto.offset.reset'] === 'none') {
      cursor.failWith('OffsetOutOfRangeException');
      this.#failed.push(cursor);
    } else this.#reset(cursor, this.#config['auto.offset.reset']);
  }

  #settleAt(cursor: PartitionCursor, offset: number, offsetEpoch: number): void {
    cursor.moveTo(offset, offsetEpoch);
    cursor.become('fetching');
    // The leader may have changed while the question was under way.
    this.#adoptLeader(cursor);
    this.#fetcher.markChanged(cursor);
  }

  #reset(cursor: PartitionCursor, policy: ResetPolicy): void {
    this.#fetcher.discard(cursor);
    cursor.become('resetting');
    cursor.resetTo = policy;
    this.#offsets.add(cursor);
    this.#fetcher.markChanged(cursor);
  }
}
