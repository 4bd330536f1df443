/**
 * What a consumer fetches from one broker, as an incremental fetch session (KIP-227; Java: FetchSessionHandler): the
 * first request names every partition, later ones only those that were added, moved or dropped since. Work is
 * proportional to what changed.
 */
import type { FetchPartition, FetchRequest } from '../../protocol/apis/01-fetch.js';
import type { ConsumerConfig } from '../../protocol/config.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { PartitionCursor } from './partition-cursor.js';

interface TopicEntry<P> {
  readonly topic: string;
  readonly partitions: P[];
}

export class FetchSession {
  readonly brokerId: number;
  isInFlight = false;
  /** Cursors with records from here that were not all handed out: no further fetch until they are. */
  bufferedCount = 0;
  readonly #config: ConsumerConfig;
  /** What the broker has in the session, or is just being told. */
  readonly #members = new Set<PartitionCursor>();
  readonly #changed = new Set<PartitionCursor>();
  /** Nothing to fetch at the last look, and nothing changed since. */
  #isIdle = false;
  #sessionId = 0;
  /** 0: the next request is a full one. */
  #epoch = 0;

  constructor(brokerId: number, config: ConsumerConfig) {
    this.brokerId = brokerId;
    this.#config = config;
  }

  has(cursor: PartitionCursor): boolean {
    return this.#members.has(cursor);
  }

  markChanged(cursor: PartitionCursor): void {
    this.#changed.add(cursor);
    this.#isIdle = false;
  }

  /** The next request, or null when there is nothing to fetch here. `all`: every assigned partition. */
  build(all: Iterable<PartitionCursor>, now: number): FetchRequest | null {
    if (this.#isIdle) return null;
    const isFull = this.#epoch === 0;
    const topics: TopicEntry<FetchPartition>[] = [];
    const forgotten: TopicEntry<number>[] = [];
    if (isFull) this.#members.clear();
    for (const cursor of isFull ? all : this.#changed) this.#include(cursor, now, topics, forgotten);
    this.#changed.clear();
    // The broker learns of those dropped when the next request, if there is ever one again, starts a new session.
    if (this.#members.size === 0) {
      this.#epoch = 0;
      this.#isIdle = true;
      return null;
    }
    return {
      replicaId: -1,
      replicaEpoch: -1,
      maxWaitMs: this.#config['fetch.max.wait.ms'],
      minBytes: this.#config['fetch.min.bytes'],
      maxBytes: this.#config['fetch.max.bytes'],
      isolationLevel: 0,
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics,
      forgottenTopicsData: forgotten,
    };
  }

  /** After an answer without a top-level error. */
  confirm(sessionId: number): void {
    if (this.#epoch === 0) this.#sessionId = sessionId;
    // Id 0: the broker keeps no session for us, so every request is a full one.
    this.#epoch = this.#sessionId === 0 ? 0 : this.#epoch === 0x7fff_ffff ? 1 : this.#epoch + 1;
  }

  /** The broker knows the session no more, or may have missed a request: start over, closing it by name if it may live. */
  restart(error: ErrorName | null): void {
    this.#epoch = 0;
    if (error === 'FETCH_SESSION_ID_NOT_FOUND') this.#sessionId = 0;
  }

  #include(
    cursor: PartitionCursor,
    now: number,
    topics: TopicEntry<FetchPartition>[],
    forgotten: TopicEntry<number>[],
  ): void {
    const { topic, index } = cursor.metadata;
    const isMember = this.#members.has(cursor);
    const isWanted = cursor.isFetchable && cursor.leaderId === this.brokerId && cursor.retryAt <= now;
    if (!isWanted) {
      if (!isMember) return;
      this.#members.delete(cursor);
      entryOf(forgotten, topic).partitions.push(index);
      return;
    }
    if (isMember && cursor.sentOffset === cursor.offset && cursor.sentLeaderEpoch === cursor.leaderEpoch)
      return;
    this.#members.add(cursor);
    cursor.sentOffset = cursor.offset;
    cursor.sentLeaderEpoch = cursor.leaderEpoch;
    entryOf(topics, topic).partitions.push({
      partition: index,
      currentLeaderEpoch: cursor.leaderEpoch,
      fetchOffset: cursor.offset,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      partitionMaxBytes: this.#config['max.partition.fetch.bytes'],
    });
  }
}

function entryOf<P>(entries: TopicEntry<P>[], topic: string): TopicEntry<P> {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index]!;
    if (entry.topic === topic) return entry;
  }
  const entry: TopicEntry<P> = { topic, partitions: [] };
  entries.push(entry);
  return entry;
}
