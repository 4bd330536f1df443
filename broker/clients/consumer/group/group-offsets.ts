/**
 * The committed offsets of a consumer in a group (org.apache.kafka.clients.consumer.internals.ConsumerCoordinator):
 * where assigned partitions begin, auto-commit, and the application's commits.
 */
import type { ConsumerConfig } from '../../../config/definitions.js';
import type { Env } from '../../../env.js';
import type { ErrorName } from '../../../protocol/errors.js';
import type { TopicPartition } from '../consumer-record.js';
import type { NativeConsumer } from '../native-consumer.js';
import type { Generation } from './classic-member.js';
import type { CoordinatorLink } from './coordinator-link.js';
import { OffsetCalls } from './offset-calls.js';
import {
  type CommitError,
  type CommitInterceptor,
  OffsetCommitter,
  type OffsetToCommit,
} from './offset-committer.js';

export interface GroupOffsetsOptions {
  readonly config: ConsumerConfig;
  readonly inner: NativeConsumer;
  readonly link: CoordinatorLink;
  readonly generation: () => Generation;
  /** The group no longer has this member. */
  readonly onReset: (isMemberUnknown: boolean) => void;
  readonly onRebalance: () => void;
  /** The next poll fails with the error. */
  readonly onFatal: (error: ErrorName) => void;
  readonly onProgress: () => void;
  /** Held partitions have got their positions. */
  readonly onPositions: () => void;
  readonly interceptor: CommitInterceptor | null;
}

const NEVER = Number.POSITIVE_INFINITY;

export type CommittedCallback = (
  offsets: readonly (OffsetToCommit | null)[] | null,
  error: CommitError,
) => void;

export class GroupOffsets {
  readonly #env: Env;
  readonly #options: GroupOffsetsOptions;
  readonly #committer: OffsetCommitter;
  readonly #calls: OffsetCalls;
  #isFetching = false;
  #fetchRetryAt = 0;
  #nextAutoCommitAt = 0;
  #isAutoCommitting = false;

  constructor(env: Env, options: GroupOffsetsOptions) {
    const { config, inner, link, generation, onReset, onRebalance, interceptor } = options;
    this.#env = env;
    this.#options = options;
    this.#committer = new OffsetCommitter({
      groupId: config['group.id'],
      groupInstanceId: config['group.instance.id'] || null,
      link,
      metadata: inner.cluster.metadata,
      generation,
      onReset,
      onRebalance,
      interceptor,
    });
    const retryBackoffMs = config['retry.backoff.ms'];
    this.#calls = new OffsetCalls(env, { link, committer: this.#committer, retryBackoffMs });
  }

  /** Tries until it succeeds, fails for good, or `default.api.timeout.ms` is over. */
  commitSync(offsets: readonly OffsetToCommit[], done: (error: CommitError) => void): void {
    this.#calls.commitUntil(this.#deadline(this.#options.config['default.api.timeout.ms']), offsets, done);
  }

  /** One attempt. */
  commitAsync(offsets: readonly OffsetToCommit[], done: (error: CommitError) => void): void {
    this.#calls.commitUntil(0, offsets, done);
  }

  /** In the order of the partitions; null: nothing is committed. */
  committed(partitions: readonly TopicPartition[], done: CommittedCallback): void {
    this.#calls.fetchUntil(this.#deadline(this.#options.config['default.api.timeout.ms']), partitions, done);
  }

  /** A call under way gets no callback. */
  close(): void {
    this.#calls.close();
  }

  /** Auto-commit before a rebalance: it may take as long as a member may keep the group waiting. */
  commitBeforeRebalance(done: () => void): void {
    const { config, inner } = this.#options;
    this.#calls.commitUntil(this.#deadline(config['max.poll.interval.ms']), inner.consumed(), done);
  }

  /** The first auto-commit of an assignment waits for the interval. */
  restartAutoCommit(): void {
    this.#nextAutoCommitAt = this.#deadline(this.#options.config['auto.commit.interval.ms']);
  }

  /** Commits the positions if auto-commit is on and the interval is over. */
  autoCommit(now: number): void {
    const { config, inner, link } = this.#options;
    if (!config['enable.auto.commit'] || now < this.#nextAutoCommitAt || this.#isAutoCommitting) return;
    this.#nextAutoCommitAt = now + config['auto.commit.interval.ms'] * 1_000;
    const consumed = inner.consumed();
    if (consumed.length === 0 || !link.isKnown) return;
    this.#isAutoCommitting = true;
    this.#committer.commit(consumed, (attempt) => {
      this.#isAutoCommitting = false;
      if (attempt.kind === 'again') this.#nextAutoCommitAt = this.#deadline(config['retry.backoff.ms']);
    });
  }

  /** New partitions begin at their committed offsets. Returns the time of the next look. */
  positionHeld(now: number): number {
    if (this.#isFetching) return NEVER;
    const { inner, link } = this.#options;
    const held = inner.held();
    if (held.length === 0) return NEVER;
    if (!this.#committer.knows(held)) {
      inner.cluster.refresher.request();
      return NEVER;
    }
    if (this.#fetchRetryAt > now) return this.#fetchRetryAt;
    const at = link.find(now);
    if (at > 0) return at;
    this.#isFetching = true;
    this.#committer.fetch(held, (attempt) => {
      this.#isFetching = false;
      if (attempt.kind === 'done') {
        for (const [index, { topic, partition }] of held.entries())
          inner.startAt(topic, partition, attempt.offsets[index] ?? null);
        this.#options.onPositions();
      } else {
        if (attempt.kind === 'failed') this.#options.onFatal(attempt.error);
        this.#fetchRetryAt = this.#env.clock.monotonicMicros() + inner.cluster.backoff.micros(0);
      }
      this.#options.onProgress();
    });
    return NEVER;
  }

  #deadline(millis: number): number {
    return this.#env.clock.monotonicMicros() + millis * 1_000;
  }
}
