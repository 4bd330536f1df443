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

/** A topic as a fetch names it: before version 13 by its name, later by its id. */
export interface FetchedTopic {
  readonly topic: string;
  readonly topicId: string;
}

export interface WaitingFetch extends Wakeable {
  start(start: FetchStart): void;
  readonly isReading: boolean;
  /** The client is gone: the fetch ends without an answer. */
  abandon(): void;
}

export interface FetchStart {
  readonly request: FetchRequest;
  /** The response names every partition. */
  readonly isFull: boolean;
  /** Responses carry the current leader with an error (KIP-951). */
  readonly hintsLeader: boolean;
  /** A replica that does not lead serves the request, too (KIP-392). */
  readonly readsFromFollowers: boolean;
  readonly respond: (response: FetchResponse) => void;
}

export class SessionPartition {
  readonly session: FetchSession;
  /** Empty in a session that names topics by id. */
  readonly topic: string;
  readonly topicId: string;
  readonly index: number;
  partition: Partition | null = null;
  fetchOffset = 0;
  /** A follower's own. */
  logStartOffset = -1;
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

  constructor(session: FetchSession, { topic, topicId }: FetchedTopic, index: number) {
    this.session = session;
    this.topic = topic;
    this.topicId = topicId;
    this.index = index;
  }

  request(asked: FetchPartition): void {
    // A negative epoch is an unknown one (org.apache.kafka.common.requests.FetchRequest#optionalEpoch).
    const currentLeaderEpoch = Math.max(-1, asked.currentLeaderEpoch);
    if (currentLeaderEpoch !== this.currentLeaderEpoch) this.sentHighWatermark = -1;
    this.fetchOffset = asked.fetchOffset;
    this.logStartOffset = asked.logStartOffset;
    this.currentLeaderEpoch = currentLeaderEpoch;
    this.lastFetchedEpoch = Math.max(-1, asked.lastFetchedEpoch);
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

export interface SessionOptions {
  readonly replicaId: number;
  readonly isolationLevel: 0 | 1;
  readonly usesTopicIds: boolean;
}

export class FetchSession implements FetchClock {
  /** The session id; 0: the session lasts for one fetch only. */
  readonly id: number;
  readonly replicaId: number;
  readonly reader: Reader;
  readonly isolationLevel: 0 | 1;
  readonly usesTopicIds: boolean;
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
  /** By topic id, or by name if the session names topics by name. */
  readonly #partitions = new Map<string, Map<number, SessionPartition>>();

  constructor(id: number, wakeups: Wakeups, { replicaId, isolationLevel, usesTopicIds }: SessionOptions) {
    this.id = id;
    this.wakeups = wakeups;
    this.replicaId = replicaId;
    this.reader = replicaId >= 0 ? 'follower' : 'consumer';
    this.isolationLevel = isolationLevel;
    this.usesTopicIds = usesTopicIds;
  }

  get partitionCount(): number {
    return this.#count;
  }

  /** Adds the partition, or changes its fetch parameters. */
  request(topic: FetchedTopic, asked: FetchPartition): void {
    const key = this.#keyOf(topic);
    let ofTopic = this.#partitions.get(key);
    if (ofTopic === undefined) {
      ofTopic = new Map();
      this.#partitions.set(key, ofTopic);
    }
    let entry = ofTopic.get(asked.partition);
    if (entry === undefined) {
      entry = new SessionPartition(this, topic, asked.partition);
      ofTopic.set(asked.partition, entry);
      this.#count += 1;
    }
    entry.request(asked);
  }

  forget(topic: FetchedTopic, index: number): void {
    const ofTopic = this.#partitions.get(this.#keyOf(topic));
    const entry = ofTopic?.get(index);
    if (ofTopic === undefined || entry === undefined) return;
    entry.unwatch();
    entry.isForgotten = true;
    ofTopic.delete(index);
    this.#count -= 1;
  }

  #keyOf({ topic, topicId }: FetchedTopic): string {
    return this.usesTopicIds ? topicId : topic;
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
      for (const entry of ofTopic.values()) entry.unwatch();
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
  open(options: SessionOptions, lasting: boolean): FetchSession {
    const id = lasting && this.#makeRoom(options.replicaId) ? this.#newId() : 0;
    const session = new FetchSession(id, this.#wakeups, options);
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
