/**
 * Keeps one fetch in flight to every leader of an assigned partition, and holds the fetched records until a
 * poll takes them (Java: Fetcher, FetchCollector). A broker is not fetched from again while records from it
 * wait to be handed out.
 */

import type { ConsumerConfig } from '../../config/definitions.js';
import type { Env } from '../../env.js';
import type { FetchPartitionData } from '../../protocol/apis/01-fetch.js';
import type { ExponentialBackoff } from '../../protocol/exponential-backoff.js';
import type { RpcResult } from '../../protocol/rpc-client.js';
import type { BrokerConnections } from '../broker-connections.js';
import type { ClusterMetadata } from '../cluster-metadata.js';
import type { MetadataRefresher } from '../metadata-refresher.js';
import { impliesStaleMetadata } from '../retriable-errors.js';
import type { Assignment } from './assignment.js';
import type { ConsumerRecord } from './consumer-record.js';
import { FetchSession } from './fetch-session.js';
import { FetchedRecords } from './fetched-records.js';
import type { PartitionCursor } from './partition-cursor.js';

export interface FetcherOptions {
  readonly config: ConsumerConfig;
  readonly assignment: Assignment;
  readonly metadata: ClusterMetadata;
  readonly connections: BrokerConnections;
  readonly refresher: MetadataRefresher;
  readonly backoff: ExponentialBackoff;
  /** The position is not in the log: `auto.offset.reset` decides. */
  readonly onOutOfRange: (cursor: PartitionCursor) => void;
  readonly onFailure: (cursor: PartitionCursor) => void;
  /** A leader's response named a newer leader. */
  readonly onNewLeader: (cursor: PartitionCursor) => void;
  /** Called when a response arrived. */
  readonly onProgress: () => void;
}

interface Fetched {
  readonly cursor: PartitionCursor;
  readonly session: FetchSession;
  readonly records: FetchedRecords;
}

export class Fetcher {
  readonly #env: Env;
  readonly #options: FetcherOptions;
  readonly #sessions: FetchSession[] = [];
  /** Cursors with records to hand out, in order of arrival, with the sessions that fetched them. */
  #ready: Fetched[] = [];
  /** The same of paused cursors. A broker is fetched from again although these records wait. */
  readonly #parked: Fetched[] = [];
  #delayed: PartitionCursor[] = [];

  constructor(env: Env, options: FetcherOptions) {
    this.#env = env;
    this.#options = options;
  }

  get hasRecords(): boolean {
    return this.#ready.length > 0;
  }

  /** The cursor's position, leader or state changed. */
  markChanged(cursor: PartitionCursor): void {
    for (const session of this.#sessions) if (session.has(cursor)) session.markChanged(cursor);
    if (cursor.leaderId >= 0) this.#session(cursor.leaderId).markChanged(cursor);
  }

  /** Drops the records that were fetched and not handed out. */
  discard(cursor: PartitionCursor): void {
    if (cursor.buffered === null) return;
    cursor.buffered = null;
    const parked = this.#parked.findIndex((entry) => entry.cursor === cursor);
    if (parked >= 0) {
      this.#parked.splice(parked, 1);
      return;
    }
    for (let index = 0; index < this.#ready.length; index += 1) {
      const entry = this.#ready[index]!;
      if (entry.cursor !== cursor) continue;
      entry.session.bufferedCount -= 1;
      if (index === 0) this.#ready.shift();
      else this.#ready.splice(index, 1);
      return;
    }
  }

  /** The records that were fetched and not handed out wait for `resume`. */
  pause(cursor: PartitionCursor): void {
    if (cursor.isPaused) return;
    cursor.isPaused = true;
    const index = this.#ready.findIndex((entry) => entry.cursor === cursor);
    for (const entry of index < 0 ? [] : this.#ready.splice(index, 1)) {
      entry.session.bufferedCount -= 1;
      this.#parked.push(entry);
    }
    this.markChanged(cursor);
  }

  resume(cursor: PartitionCursor): void {
    if (!cursor.isPaused) return;
    cursor.isPaused = false;
    const index = this.#parked.findIndex((entry) => entry.cursor === cursor);
    for (const entry of index < 0 ? [] : this.#parked.splice(index, 1)) {
      entry.session.bufferedCount += 1;
      this.#ready.push(entry);
    }
    this.markChanged(cursor);
  }

  /** Sends every fetch that can be sent. Returns the time of the next look for the others. */
  send(now: number): number {
    let nextWake = this.#readmit(now);
    for (const session of this.#sessions) {
      if (session.isInFlight || session.bufferedCount > 0) continue;
      const broker = this.#options.connections.get(session.brokerId);
      if (broker?.rpc.isOpen !== true && !this.#isWanted(session)) continue;
      if (broker === null) {
        this.#options.refresher.request();
        continue;
      }
      if (!this.#options.connections.isReady(broker, now)) {
        if (!broker.rpc.isConnecting && broker.retryAt < nextWake) nextWake = broker.retryAt;
        continue;
      }
      const request = session.build(this.#options.assignment.cursors, now);
      if (request === null) continue;
      session.isInFlight = true;
      broker.rpc.send('Fetch', request, this.#onAnswer.bind(this, session));
    }
    return nextWake;
  }

  collect(maxRecords: number): ConsumerRecord[] {
    const records: ConsumerRecord[] = [];
    while (this.#ready.length > 0 && records.length < maxRecords) {
      const { cursor, records: fetched } = this.#ready[0]!;
      const left = fetched.take(records, maxRecords - records.length);
      if (left === 'more') break;
      this.discard(cursor);
      if (left === 'corrupt') {
        cursor.failWith('CORRUPT_MESSAGE');
        this.#options.onFailure(cursor);
      }
      this.markChanged(cursor);
    }
    return records;
  }

  /** Makes cursors fetchable again whose back-off is over. */
  #readmit(now: number): number {
    let nextWake = Number.POSITIVE_INFINITY;
    if (this.#delayed.length === 0) return nextWake;
    const delayed = this.#delayed;
    this.#delayed = [];
    for (const cursor of delayed) {
      if (cursor.retryAt <= now) this.markChanged(cursor);
      else {
        this.#delayed.push(cursor);
        if (cursor.retryAt < nextWake) nextWake = cursor.retryAt;
      }
    }
    return nextWake;
  }

  #isWanted(session: FetchSession): boolean {
    return this.#options.assignment.cursors.some(
      (cursor) => cursor.leaderId === session.brokerId && cursor.isFetchable,
    );
  }

  #session(brokerId: number): FetchSession {
    for (const session of this.#sessions) if (session.brokerId === brokerId) return session;
    const session = new FetchSession(brokerId, this.#options.config);
    this.#sessions.push(session);
    return session;
  }

  #onAnswer(session: FetchSession, result: RpcResult<'Fetch'>): void {
    session.isInFlight = false;
    if (!result.ok) session.restart(null);
    else if (result.body.errorCode !== 'NONE') session.restart(result.body.errorCode);
    else {
      session.confirm(result.body.sessionId);
      for (const { topicId, partitions } of result.body.responses) {
        const topic = this.#options.metadata.topicNamed(topicId);
        if (topic === undefined) continue;
        for (const data of partitions) {
          const cursor = this.#options.assignment.find(topic, data.partitionIndex);
          if (cursor !== null && isCurrent(cursor, session, topicId)) this.#accept(cursor, session, data);
        }
      }
    }
    this.#options.onProgress();
  }

  #accept(cursor: PartitionCursor, session: FetchSession, data: FetchPartitionData): void {
    const { config } = this.#options;
    switch (data.errorCode) {
      case 'NONE':
        cursor.failures = 0;
        cursor.highWatermark = data.highWatermark;
        cursor.lastStableOffset = data.lastStableOffset;
        if (data.records === null || data.records.length === 0) return;
        cursor.buffered = new FetchedRecords(cursor, data.records, config['check.crcs']);
        if (cursor.isPaused) this.#parked.push({ cursor, session, records: cursor.buffered });
        else {
          session.bufferedCount += 1;
          this.#ready.push({ cursor, session, records: cursor.buffered });
        }
        return;
      case 'OFFSET_OUT_OF_RANGE':
        this.#options.onOutOfRange(cursor);
        this.markChanged(cursor);
        return;
      default:
        this.#backOff(cursor, data);
    }
  }

  /** FetchCollector#handleInitializeErrors. */
  #backOff(cursor: PartitionCursor, { errorCode, currentLeader }: FetchPartitionData): void {
    if (
      currentLeader.leaderId >= 0 &&
      this.#options.metadata.hint(cursor.metadata, cursor.sentTopicId, currentLeader)
    ) {
      this.#options.onNewLeader(cursor);
      return;
    }
    if (impliesStaleMetadata(errorCode) || errorCode === 'OFFSET_NOT_AVAILABLE')
      this.#options.refresher.request();
    if (errorCode === 'CORRUPT_MESSAGE') {
      cursor.failWith(errorCode);
      this.#options.onFailure(cursor);
    }
    cursor.retryAt = this.#env.clock.monotonicMicros() + this.#options.backoff.micros(cursor.failures);
    cursor.failures += 1;
    this.#delayed.push(cursor);
    this.markChanged(cursor);
  }
}

/** The response still applies: the cursor's position and leader are those of the request. */
function isCurrent(cursor: PartitionCursor, session: FetchSession, topicId: string): boolean {
  return (
    cursor.topicId === topicId &&
    cursor.sentTopicId === topicId &&
    cursor.canAccept &&
    cursor.leaderId === session.brokerId &&
    cursor.leaderEpoch === cursor.sentLeaderEpoch &&
    cursor.offset === cursor.sentOffset &&
    session.has(cursor)
  );
}
