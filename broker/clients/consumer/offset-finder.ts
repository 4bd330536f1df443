/**
 * Finds the offset to read from (ListOffsets), and validates a position after a change of leader
 * (OffsetForLeaderEpoch, KIP-320). One request per leader at a time covers all partitions that wait for
 * that leader (Java: OffsetFetcher).
 */
import type { Env } from '../../env.js';
import type { ListOffsetsResponse } from '../../protocol/apis/02-list-offsets.js';
import type { OffsetForLeaderEpochResponse } from '../../protocol/apis/23-offset-for-leader-epoch.js';
import { ByPartition } from '../../protocol/by-partition.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { ExponentialBackoff } from '../../protocol/exponential-backoff.js';
import type { RpcResult } from '../../protocol/rpc-client.js';
import type { BrokerConnection, BrokerConnections } from '../broker-connections.js';
import type { MetadataRefresher } from '../metadata-refresher.js';
import { isRetriable } from '../retriable-errors.js';
import type { EpochEnd } from '../rules/leadership.js';
import type { PartitionCursor } from './partition-cursor.js';

export interface OffsetFinderOptions {
  readonly connections: BrokerConnections;
  readonly refresher: MetadataRefresher;
  readonly backoff: ExponentialBackoff;
  readonly isolationLevel: 0 | 1;
  readonly onOffset: (cursor: PartitionCursor, offset: number, leaderEpoch: number) => void;
  readonly onEpochEnd: (cursor: PartitionCursor, end: EpochEnd) => void;
  readonly onFailure: (cursor: PartitionCursor) => void;
  readonly onProgress: () => void;
}

/** A cursor with its state at the time of the request. */
interface Asked {
  readonly cursor: PartitionCursor;
  readonly generation: number;
}

interface Question {
  readonly broker: BrokerConnection;
  readonly resets: PartitionCursor[];
  readonly validations: PartitionCursor[];
}

type OffsetAnswer = ListOffsetsResponse['topics'][number]['partitions'][number];
type EpochEndAnswer = OffsetForLeaderEpochResponse['topics'][number]['partitions'][number];

export class OffsetFinder {
  readonly #env: Env;
  readonly #options: OffsetFinderOptions;
  /** Cursors that are resetting or validating. */
  readonly #unsettled = new Set<PartitionCursor>();

  constructor(env: Env, options: OffsetFinderOptions) {
    this.#env = env;
    this.#options = options;
  }

  add(cursor: PartitionCursor): void {
    this.#unsettled.add(cursor);
  }

  /** Sends every request that can be sent. Returns the time of the next look for the others. */
  ask(now: number): number {
    let nextWake = Number.POSITIVE_INFINITY;
    if (this.#unsettled.size === 0) return nextWake;
    const questions: Question[] = [];
    for (const cursor of this.#unsettled) {
      const at = this.#consider(cursor, now, questions);
      if (at < nextWake) nextWake = at;
    }
    for (const question of questions) {
      if (question.resets.length > 0) this.#askOffsets(question.broker, question.resets);
      if (question.validations.length > 0) this.#askEpochEnds(question.broker, question.validations);
    }
    return nextWake;
  }

  #consider(cursor: PartitionCursor, now: number, questions: Question[]): number {
    if (cursor.state !== 'resetting' && cursor.state !== 'validating') {
      this.#unsettled.delete(cursor);
      return Number.POSITIVE_INFINITY;
    }
    if (cursor.isAsked || cursor.failure !== null) return Number.POSITIVE_INFINITY;
    if (cursor.state === 'resetting' && cursor.resetTo === 'none') {
      cursor.failWith('NoOffsetForPartitionException');
      this.#options.onFailure(cursor);
      return Number.POSITIVE_INFINITY;
    }
    if (cursor.retryAt > now) return cursor.retryAt;
    const broker = this.#options.connections.get(cursor.metadata.leaderId);
    if (broker === null) {
      this.#options.refresher.request();
      return Number.POSITIVE_INFINITY;
    }
    if (!this.#options.connections.isReady(broker, now)) {
      return broker.rpc.isConnecting ? Number.POSITIVE_INFINITY : broker.retryAt;
    }
    let question = questions.find((other) => other.broker === broker);
    if (question === undefined) {
      question = { broker, resets: [], validations: [] };
      questions.push(question);
    }
    cursor.isAsked = true;
    cursor.followLeader();
    (cursor.state === 'resetting' ? question.resets : question.validations).push(cursor);
    return Number.POSITIVE_INFINITY;
  }

  #askOffsets(broker: BrokerConnection, cursors: readonly PartitionCursor[]): void {
    const asked = remember(cursors);
    const topics = byTopic(cursors).map(({ topic, cursors }) => ({
      name: topic,
      partitions: cursors.map((cursor) => ({
        partitionIndex: cursor.metadata.index,
        currentLeaderEpoch: cursor.leaderEpoch,
        timestamp: cursor.resetTo === 'earliest' ? -2 : -1,
      })),
    }));
    const { isolationLevel } = this.#options;
    broker.rpc.send('ListOffsets', { replicaId: -1, isolationLevel, topics, timeoutMs: 0 }, (result) =>
      this.#onOffsets(asked, result),
    );
  }

  #onOffsets(asked: readonly Asked[], result: RpcResult<'ListOffsets'>): void {
    const answers = new ByPartition<OffsetAnswer>();
    for (const { name, partitions } of result.ok ? result.body.topics : []) {
      for (const answer of partitions) answers.set(name, answer.partitionIndex, answer);
    }
    for (const { cursor, generation } of asked) {
      if (cursor.generation !== generation) continue;
      const answer = answers.get(cursor.metadata.topic, cursor.metadata.index);
      if (answer?.errorCode === 'NONE' && answer.offset >= 0) {
        this.#options.onOffset(cursor, answer.offset, answer.leaderEpoch);
      } else this.#backOff(cursor, answer?.errorCode);
    }
    this.#options.onProgress();
  }

  #askEpochEnds(broker: BrokerConnection, cursors: readonly PartitionCursor[]): void {
    const asked = remember(cursors);
    const topics = byTopic(cursors).map(({ topic, cursors }) => ({
      topic,
      partitions: cursors.map((cursor) => ({
        partition: cursor.metadata.index,
        currentLeaderEpoch: cursor.leaderEpoch,
        leaderEpoch: cursor.offsetEpoch,
      })),
    }));
    broker.rpc.send('OffsetForLeaderEpoch', { replicaId: -1, topics }, (result) =>
      this.#onEpochEnds(asked, result),
    );
  }

  #onEpochEnds(asked: readonly Asked[], result: RpcResult<'OffsetForLeaderEpoch'>): void {
    const answers = new ByPartition<EpochEndAnswer>();
    for (const { topic, partitions } of result.ok ? result.body.topics : []) {
      for (const answer of partitions) answers.set(topic, answer.partition, answer);
    }
    for (const { cursor, generation } of asked) {
      if (cursor.generation !== generation) continue;
      const answer = answers.get(cursor.metadata.topic, cursor.metadata.index);
      if (answer?.errorCode === 'NONE') {
        this.#options.onEpochEnd(cursor, { leaderEpoch: answer.leaderEpoch, endOffset: answer.endOffset });
      } else this.#backOff(cursor, answer?.errorCode);
    }
    this.#options.onProgress();
  }

  /** After a missing answer or a retriable error: ask again, with fresh metadata. */
  #backOff(cursor: PartitionCursor, error: ErrorName | undefined): void {
    cursor.isAsked = false;
    cursor.retryAt = this.#env.clock.monotonicMicros() + this.#options.backoff.micros(cursor.failures);
    cursor.failures += 1;
    this.#options.refresher.request();
    if (error === undefined || error === 'NONE' || isRetriable(error)) return;
    cursor.failWith(error);
    this.#options.onFailure(cursor);
  }
}

function remember(cursors: readonly PartitionCursor[]): readonly Asked[] {
  return cursors.map((cursor) => ({ cursor, generation: cursor.generation }));
}

function byTopic(cursors: readonly PartitionCursor[]) {
  const topics: { readonly topic: string; readonly cursors: PartitionCursor[] }[] = [];
  for (const cursor of cursors) {
    const entry = topics.find(({ topic }) => topic === cursor.metadata.topic);
    if (entry === undefined) topics.push({ topic: cursor.metadata.topic, cursors: [cursor] });
    else entry.cursors.push(cursor);
  }
  return topics;
}
