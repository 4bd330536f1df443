/**
 * Commits and fetches the offsets of a group (org.apache.kafka.clients.consumer.internals.ConsumerCoordinator). One
 * attempt says how it ended; whether to try again is the caller's decision.
 */
import { offsetCommitApi } from '../../../protocol/apis/08-offset-commit.js';
import type { ErrorName } from '../../../protocol/errors.js';
import { ZERO_UUID } from '../../../protocol/schema/uuid.js';
import type { ClusterMetadata } from '../../cluster-metadata.js';
import type { ConsumedOffset, TopicPartition } from '../consumer-record.js';
import type { Generation } from './classic-member.js';
import type { CoordinatorLink } from './coordinator-link.js';

export interface OffsetToCommit extends ConsumedOffset {
  readonly metadata?: string;
}

/**
 * How a commit ended: with Kafka's exceptions where the client has one of its own. `TimeoutException`: its outcome is
 * unknown.
 */
export type CommitError =
  | 'NONE'
  | 'CommitFailedException'
  | 'RebalanceInProgressException'
  | 'TimeoutException'
  | ErrorName;

export type CommitAttempt =
  | { readonly kind: 'done'; readonly error: CommitError }
  /** `isUnknown`: the commit may have taken place. */
  | { readonly kind: 'again'; readonly isUnknown: boolean };

export type FetchAttempt =
  | { readonly kind: 'done'; readonly offsets: readonly (OffsetToCommit | null)[] }
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly error: ErrorName };

/** Every commit of the consumer, its own auto-commits included (Java: ConsumerInterceptor#onCommit). */
export interface CommitInterceptor {
  /** The request is about to be sent. */
  onSend(offsets: readonly OffsetToCommit[]): void;
  /** The coordinator has acknowledged every offset. */
  onCommit(offsets: readonly OffsetToCommit[]): void;
}

export interface OffsetCommitterOptions {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly link: CoordinatorLink;
  readonly metadata: ClusterMetadata;
  readonly generation: () => Generation;
  /** The group no longer has this member. */
  readonly onReset: (isMemberUnknown: boolean) => void;
  readonly onRebalance: () => void;
  readonly interceptor: CommitInterceptor | null;
}

const AGAIN: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'UNSTABLE_OFFSET_COMMIT',
]);
const MOVED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'REQUEST_TIMED_OUT',
]);

export class OffsetCommitter {
  readonly #options: OffsetCommitterOptions;

  constructor(options: OffsetCommitterOptions) {
    this.#options = options;
  }

  /** The ids of all topics are known, so that requests can name them. */
  knows(partitions: readonly TopicPartition[]): boolean {
    return partitions.every(({ topic }) => this.#idOf(topic) !== ZERO_UUID);
  }

  /** The coordinator must be known. */
  commit(offsets: readonly OffsetToCommit[], done: (attempt: CommitAttempt) => void): void {
    const { groupId, groupInstanceId, link, generation } = this.#options;
    const sent = generation();
    const topics = grouped(offsets).map(([topic, of]) => ({
      name: topic,
      topicId: this.#idOf(topic),
      partitions: of.map(({ partition, offset, leaderEpoch, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch,
        committedMetadata: metadata ?? '',
      })),
    }));
    const request = {
      ...offsetCommitApi.request.defaults,
      groupId,
      groupInstanceId,
      memberId: sent.memberId,
      generationIdOrMemberEpoch: sent.generationId,
      topics,
    };
    this.#options.interceptor?.onSend(offsets);
    link.send('OffsetCommit', request, (result) => {
      if (!result.ok) {
        done({ kind: 'again', isUnknown: true });
        return;
      }
      const errors = result.body.topics.flatMap(({ partitions }) =>
        partitions.map(({ errorCode }) => errorCode),
      );
      const error = errors.find((each) => each !== 'NONE') ?? 'NONE';
      if (error === 'NONE') this.#options.interceptor?.onCommit(offsets);
      done(this.#judge(error, sent));
    });
  }

  #judge(error: ErrorName, sent: Generation): CommitAttempt {
    const isPresent = sent === this.#options.generation();
    if (error === 'NONE') return { kind: 'done', error };
    if (AGAIN.has(error)) return { kind: 'again', isUnknown: false };
    if (MOVED.has(error)) {
      this.#options.link.markUnknown();
      return { kind: 'again', isUnknown: error !== 'NOT_COORDINATOR' };
    }
    switch (error) {
      case 'REBALANCE_IN_PROGRESS':
        if (isPresent) this.#options.onRebalance();
        return { kind: 'done', error: 'RebalanceInProgressException' };
      case 'UNKNOWN_MEMBER_ID':
      case 'ILLEGAL_GENERATION':
      case 'GROUP_ID_NOT_FOUND':
        if (isPresent) this.#options.onReset(error === 'UNKNOWN_MEMBER_ID');
        return { kind: 'done', error: 'CommitFailedException' };
      default:
        return { kind: 'done', error };
    }
  }

  /** In the order of the partitions; null: nothing is committed. The coordinator must be known. */
  fetch(partitions: readonly TopicPartition[], done: (attempt: FetchAttempt) => void): void {
    const { groupId, link, generation } = this.#options;
    const { memberId, generationId } = generation();
    const topics = grouped(partitions).map(([topic, of]) => ({
      name: topic,
      topicId: this.#idOf(topic),
      partitionIndexes: of.map(({ partition }) => partition),
    }));
    const group = { groupId, memberId: memberId || null, memberEpoch: generationId, topics };
    const request = { groupId: '', topics: [], groups: [group], requireStable: true };
    link.send('OffsetFetch', request, (result) => {
      const answer = result.ok ? result.body.groups[0] : undefined;
      if (answer === undefined) {
        done({ kind: 'again' });
        return;
      }
      const error =
        answer.errorCode !== 'NONE'
          ? answer.errorCode
          : (answer.topics.flatMap((topic) => topic.partitions).find(({ errorCode }) => errorCode !== 'NONE')
              ?.errorCode ?? 'NONE');
      if (MOVED.has(error)) link.markUnknown();
      if (MOVED.has(error) || AGAIN.has(error)) done({ kind: 'again' });
      else if (error !== 'NONE') done({ kind: 'failed', error });
      else done({ kind: 'done', offsets: partitions.map((each) => this.#committed(answer.topics, each)) });
    });
  }

  #committed(
    topics: readonly {
      readonly topicId: string;
      readonly partitions: readonly {
        readonly partitionIndex: number;
        readonly committedOffset: number;
        readonly committedLeaderEpoch: number;
        readonly metadata: string | null;
      }[];
    }[],
    { topic, partition }: TopicPartition,
  ): OffsetToCommit | null {
    const id = this.#idOf(topic);
    const found = topics
      .find(({ topicId }) => topicId === id)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
    if (found === undefined || found.committedOffset < 0) return null;
    const { committedOffset: offset, committedLeaderEpoch: leaderEpoch } = found;
    return { topic, partition, offset, leaderEpoch, metadata: found.metadata ?? '' };
  }

  #idOf(topic: string): string {
    return this.#options.metadata.partition(topic, 0).topicId;
  }
}

function grouped<P extends TopicPartition>(partitions: readonly P[]): [string, P[]][] {
  const topics = new Map<string, P[]>();
  for (const each of partitions) {
    const of = topics.get(each.topic);
    if (of === undefined) topics.set(each.topic, [each]);
    else of.push(each);
  }
  return [...topics];
}
