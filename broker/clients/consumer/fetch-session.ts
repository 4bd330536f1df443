/**
 * What a consumer fetches from one broker, as an incremental fetch session (KIP-227; Java:
 * FetchSessionHandler). The first request names every partition. A later request names only the partitions
 * added, moved or dropped since, so the work is proportional to the change.
 */

import type { ConsumerConfig } from '../../config/definitions.js';
import type { FetchPartition, FetchRequest } from '../../protocol/apis/01-fetch.js';
import { NO_HIGH_WATERMARK, NO_REPLICA } from '../../protocol/apis/01-fetch.js';
import type { ErrorName } from '../../protocol/errors.js';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import type { PartitionCursor } from './partition-cursor.js';

const NONE: readonly TopicEntry<never>[] = [];

interface TopicEntry<P> {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: P[];
}

/** One cursor in this session. */
interface Membership {
  readonly cursor: PartitionCursor;
  /** The broker has the partition in the session, or the request under way adds it. */
  isMember: boolean;
  /** The next request must consider the partition. */
  isChanged: boolean;
  /** The topic id under which the broker has the partition in the session. */
  topicId: string;
}

export class FetchSession {
  readonly brokerId: number;
  isInFlight = false;
  /**
   * Number of cursors with fetched records that were not all handed out. The broker is not fetched from
   * until it is 0.
   */
  bufferedCount = 0;
  readonly #config: ConsumerConfig;
  readonly #memberships = new Map<PartitionCursor, Membership>();
  #memberCount = 0;
  readonly #changed: Membership[] = [];
  /** The last look found nothing to fetch, and nothing has changed since. */
  #isIdle = false;
  #sessionId = 0;
  /** The partitions of the request being built; null: none so far. */
  #topics: TopicEntry<FetchPartition>[] | null = null;
  #forgotten: TopicEntry<number>[] | null = null;
  /** The fetch session epoch; 0: the next request is a full one. */
  #epoch = 0;

  constructor(brokerId: number, config: ConsumerConfig) {
    this.brokerId = brokerId;
    this.#config = config;
  }

  has(cursor: PartitionCursor): boolean {
    return this.#memberships.get(cursor)?.isMember === true;
  }

  markChanged(cursor: PartitionCursor): void {
    const membership = this.#membership(cursor);
    if (!membership.isChanged) this.#changed.push(membership);
    membership.isChanged = true;
    this.#isIdle = false;
  }

  /**
   * The next request, or null when there is nothing to fetch from this broker. `all`: every assigned
   * partition.
   */
  build(all: Iterable<PartitionCursor>, now: number): FetchRequest | null {
    if (this.#isIdle) return null;
    const isFull = this.#epoch === 0;
    this.#topics = null;
    this.#forgotten = null;
    if (isFull) {
      this.#leaveAll();
      for (const cursor of all) this.#include(this.#membership(cursor), now);
    }
    for (const membership of this.#changed) {
      membership.isChanged = false;
      if (!isFull) this.#include(membership, now);
      if (membership.cursor.state === 'unassigned') this.#memberships.delete(membership.cursor);
    }
    while (this.#changed.length > 0) this.#changed.pop();
    // The broker is not informed of the dropped partitions. If there is ever another request, it starts a
    // new session.
    if (this.#memberCount === 0) {
      this.#epoch = 0;
      this.#isIdle = true;
      return null;
    }
    return {
      clusterId: null,
      replicaId: -1,
      replicaState: NO_REPLICA,
      maxWaitMs: this.#config['fetch.max.wait.ms'],
      minBytes: this.#config['fetch.min.bytes'],
      maxBytes: this.#config['fetch.max.bytes'],
      isolationLevel: this.#config['isolation.level'],
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics: this.#topics ?? NONE,
      forgottenTopicsData: this.#forgotten ?? NONE,
      rackId: '',
    };
  }

  /** After an answer without a top-level error. */
  confirm(sessionId: number): void {
    if (this.#epoch === 0) this.#sessionId = sessionId;
    // Session id 0: the broker keeps no session for this consumer, so every request is a full one.
    this.#epoch = this.#sessionId === 0 ? 0 : this.#epoch === 0x7fff_ffff ? 1 : this.#epoch + 1;
  }

  /**
   * The broker no longer knows the session, or may have missed a request. The next request starts a new
   * session, and closes the old one if it may still exist.
   */
  restart(error: ErrorName | null): void {
    this.#epoch = 0;
    if (error === 'FETCH_SESSION_ID_NOT_FOUND') this.#sessionId = 0;
  }

  #membership(cursor: PartitionCursor): Membership {
    let membership = this.#memberships.get(cursor);
    if (membership === undefined) {
      membership = { cursor, isMember: false, isChanged: false, topicId: ZERO_UUID };
      this.#memberships.set(cursor, membership);
    }
    return membership;
  }

  #leaveAll(): void {
    for (const membership of this.#memberships.values()) membership.isMember = false;
    this.#memberCount = 0;
  }

  #include(membership: Membership, now: number): void {
    const { cursor, isMember } = membership;
    const { topicId, metadata } = cursor;
    const { index } = metadata;
    const isWanted = cursor.isFetchable && cursor.leaderId === this.brokerId && cursor.retryAt <= now;
    if (!isWanted) {
      if (!isMember) return;
      membership.isMember = false;
      this.#memberCount -= 1;
      this.#forgotten = withPartition(this.#forgotten, membership.topicId, index);
      return;
    }
    const isOtherTopic = isMember && membership.topicId !== topicId;
    if (isOtherTopic) this.#forgotten = withPartition(this.#forgotten, membership.topicId, index);
    if (
      isMember &&
      !isOtherTopic &&
      cursor.sentOffset === cursor.offset &&
      cursor.sentLeaderEpoch === cursor.leaderEpoch
    )
      return;
    if (!isMember) this.#memberCount += 1;
    membership.isMember = true;
    cursor.sentOffset = cursor.offset;
    cursor.sentLeaderEpoch = cursor.leaderEpoch;
    cursor.sentTopicId = topicId;
    membership.topicId = topicId;
    this.#topics = withPartition(this.#topics, topicId, {
      partition: index,
      currentLeaderEpoch: cursor.leaderEpoch,
      fetchOffset: cursor.offset,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      partitionMaxBytes: this.#config['max.partition.fetch.bytes'],
      replicaDirectoryId: ZERO_UUID,
      highWatermark: NO_HIGH_WATERMARK,
    });
  }
}

/**
 * The entries with one partition more. A list is created with its first element: most lists have only one,
 * and an empty list would reserve room for more.
 */
function withPartition<P>(entries: TopicEntry<P>[] | null, topicId: string, partition: P): TopicEntry<P>[] {
  if (entries === null) return [{ topic: '', topicId, partitions: [partition] }];
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index]!;
    if (entry.topicId !== topicId) continue;
    entry.partitions.push(partition);
    return entries;
  }
  entries.push({ topic: '', topicId, partitions: [partition] });
  return entries;
}
