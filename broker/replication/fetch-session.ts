/**
 * Incremental fetch sessions (KIP-227; kafka.server.FetchSession). A session remembers what its client fetches, and
 * which partitions may have something new: the dirty partitions. An append, a move of the high watermark and a change
 * of role mark a partition dirty. An incremental fetch therefore looks only at partitions that changed.
 */
import type { Env } from '../env.js';
import type {
  FetchPartition,
  FetchPartitionData,
  FetchRequest,
  FetchResponse,
} from '../protocol/apis/01-fetch.js';
import type { Partition, Reader } from './partition.js';
import type { FetchClock } from './remote-replica.js';
import type { Wakeable, Wakeups } from './wakeups.js';

export interface WaitingFetch extends Wakeable {
  start(request: FetchRequest, isFull: boolean, respond: (response: FetchResponse) => void): void;
  readonly isReading: boolean;
  /** The client is gone: the fetch ends without an answer. */
  abandon(): void;
}

export class SessionPartition {
  readonly session: FetchSession;
  readonly topicId: string;
  readonly index: number;
  partition: Partition | null = null;
  fetchOffset = 0;
  currentLeaderEpoch = -1;
  lastFetchedEpoch = -1;
  maxBytes = 0;
  sentHighWatermark = -1;
  sentLogStartOffset = -1;
  isDirty = false;
  isForgotten = false;
  /**
   * A late fetch of an older session moved the follower's position back. The next fetch in this session must report
   * the position again.
   */
  isOverridden = false;
  /** The result of the fetch being answered; null: none yet. */
  found: FetchPartitionData | null = null;

  constructor(session: FetchSession, topicId: string, index: number) {
    this.session = session;
    this.topicId = topicId;
    this.index = index;
  }

  request(asked: FetchPartition): void {
    if (asked.currentLeaderEpoch !== this.currentLeaderEpoch) this.sentHighWatermark = -1;
    this.fetchOffset = asked.fetchOffset;
    this.currentLeaderEpoch = asked.currentLeaderEpoch;
    this.lastFetchedEpoch = asked.lastFetchedEpoch;
    this.maxBytes = asked.partitionMaxBytes;
    this.touch();
  }

  watch(partition: Partition): void {
    this.partition = partition;
    partition.watchers.push(this);
  }

  unwatch(): void {
    const { partition } = this;
    if (partition === null) return;
    const { watchers } = partition;
    const at = watchers.indexOf(this);
    const last = watchers.pop();
    if (last !== undefined && last !== this) watchers[at] = last;
    this.partition = null;
    const replica = partition.leader?.replica(this.session.replicaId) ?? null;
    if (replica?.fetchClock === this.session) replica.fetchClock = null;
  }

  touch(): void {
    if (this.isDirty || this.isForgotten) return;
    this.isDirty = true;
    this.session.dirty.push(this);
  }

  override(): void {
    this.isOverridden = true;
    this.touch();
  }

  wake(): void {
    const { waiting } = this.session;
    if (waiting !== null) this.session.wakeups.add(waiting);
  }
}

export class FetchSession implements FetchClock {
  /** The session id; 0: the session lasts for one fetch only. */
  readonly id: number;
  readonly replicaId: number;
  readonly reader: Reader;
  readonly isolationLevel: 0 | 1;
  readonly wakeups: Wakeups;
  /** The epoch of the next fetch in this session. */
  nextEpoch = 1;
  lastFetchMillis = 0;
  lastUsedMicros = 0;
  dirty: SessionPartition[] = [];
  #spare: SessionPartition[] = [];
  waiting: WaitingFetch | null = null;
  /** The fetch operation of this session, if it has fetched before. */
  fetch: WaitingFetch | null = null;
  #count = 0;
  readonly #partitions = new Map<string, (SessionPartition | undefined)[]>();

  constructor(id: number, wakeups: Wakeups, replicaId: number, isolationLevel: 0 | 1) {
    this.id = id;
    this.wakeups = wakeups;
    this.replicaId = replicaId;
    this.reader = replicaId >= 0 ? 'follower' : 'consumer';
    this.isolationLevel = isolationLevel;
  }

  get partitionCount(): number {
    return this.#count;
  }

  /** Adds the partition, or changes its fetch parameters. */
  request(topicId: string, asked: FetchPartition): void {
    let ofTopic = this.#partitions.get(topicId);
    if (ofTopic === undefined) {
      ofTopic = [];
      this.#partitions.set(topicId, ofTopic);
    }
    let entry = ofTopic[asked.partition];
    if (entry === undefined) {
      entry = new SessionPartition(this, topicId, asked.partition);
      ofTopic[asked.partition] = entry;
      this.#count += 1;
    }
    entry.request(asked);
  }

  forget(topicId: string, index: number): void {
    const ofTopic = this.#partitions.get(topicId);
    const entry = ofTopic?.[index];
    if (ofTopic === undefined || entry === undefined) return;
    entry.unwatch();
    entry.isForgotten = true;
    ofTopic[index] = undefined;
    this.#count -= 1;
  }

  /** Takes the dirty partitions. The caller touches the partitions that stay dirty again, and gives the array back. */
  takeDirty(): SessionPartition[] {
    const taken = this.dirty;
    this.dirty = this.#spare;
    this.#spare = [];
    return taken;
  }

  giveBack(taken: SessionPartition[]): void {
    while (taken.length > 0) taken.pop();
    this.#spare = taken;
  }

  close(): void {
    for (const ofTopic of this.#partitions.values()) {
      for (const entry of ofTopic) entry?.unwatch();
    }
    this.#partitions.clear();
    this.waiting?.abandon();
    this.waiting = null;
  }
}

/** org.apache.kafka FetchSessionCache: MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS */
const EVICTION_MICROS = 120_000_000;

export class FetchSessionCache {
  readonly #env: Env;
  readonly #wakeups: Wakeups;
  readonly #slotsMax: number;
  readonly #sessions = new Map<number, FetchSession>();

  constructor(env: Env, wakeups: Wakeups, slotsMax: number) {
    this.#env = env;
    this.#wakeups = wakeups;
    this.#slotsMax = slotsMax;
  }

  get(id: number): FetchSession | null {
    const session = this.#sessions.get(id) ?? null;
    if (session !== null) session.lastUsedMicros = this.#env.clock.monotonicMicros();
    return session;
  }

  /** Opens a session. The id is 0, for one fetch only, if `lasting` is false or no slot is free. */
  open(replicaId: number, isolationLevel: 0 | 1, lasting: boolean): FetchSession {
    const id = lasting && this.#makeRoom(replicaId) ? this.#newId() : 0;
    const session = new FetchSession(id, this.#wakeups, replicaId, isolationLevel);
    session.lastUsedMicros = this.#env.clock.monotonicMicros();
    if (id !== 0) this.#sessions.set(id, session);
    return session;
  }

  close(session: FetchSession): void {
    this.#sessions.delete(session.id);
    session.close();
  }

  #makeRoom(replicaId: number): boolean {
    if (this.#sessions.size < this.#slotsMax) return true;
    const now = this.#env.clock.monotonicMicros();
    let oldest: FetchSession | null = null;
    for (const session of this.#sessions.values()) {
      // Followers are privileged: a follower may evict a consumer's session, but not the reverse.
      const isIdle = now - session.lastUsedMicros > EVICTION_MICROS;
      const mayGo = session.reader === 'consumer' ? isIdle || replicaId >= 0 : isIdle && replicaId >= 0;
      if (mayGo && (oldest === null || session.lastUsedMicros < oldest.lastUsedMicros)) oldest = session;
    }
    if (oldest === null) return false;
    this.close(oldest);
    return true;
  }

  #newId(): number {
    const random = this.#env.random('fetch-session');
    for (;;) {
      const id = random.nextInt(2_147_483_647) + 1;
      if (!this.#sessions.has(id)) return id;
    }
  }
}
