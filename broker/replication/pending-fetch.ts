/**
 * One Fetch request inside the broker (kafka.server.ReplicaManager#fetchMessages, DelayedFetch). It reads the dirty
 * partitions of its session. It answers at once if there are enough bytes or an error. Otherwise it waits until a
 * partition has new data or the wait time is over, and reads again.
 *
 * The first read of a follower's fetch also informs the leader of the follower's log end offset. Kafka's order is
 * kept: first read, then apply the fetch offset. A response therefore carries the high watermark from before its own
 * request (the round trip of KIP-101).
 */
import type { FetchPartitionData, FetchRequest, FetchResponse } from '../protocol/apis/01-fetch.js';
import {
  fetchApi,
  NO_ABORTED_TRANSACTIONS,
  NO_DIVERGENCE,
  NO_ENDPOINTS,
  NO_LEADER,
  NO_SNAPSHOT,
} from '../protocol/apis/01-fetch.js';
import { appended } from '../protocol/appended.js';
import type { ErrorName } from '../protocol/errors.js';
import { endOffsetOf } from '../protocol/record-batch.js';
import { Deadline, type DeadlineQueue } from './deadline-queue.js';
import type { FetchSession, FetchStart, SessionPartition, WaitingFetch } from './fetch-session.js';
import { type CurrentLeader, currentLeader, endpointsOf } from './leader-hint.js';
import type { Partition } from './partition.js';
import type { ReplicationContext } from './replication-context.js';

export interface FetchServices {
  readonly context: ReplicationContext;
  readonly deadlines: DeadlineQueue;
  find(topic: string, index: number): Partition | null;
  findById(topicId: string, index: number): Partition | null;
  isKnown(topic: string, index: number): boolean;
  whyMissing(topicId: string, index: number): ErrorName;
}

interface FoundTopic {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: FetchPartitionData[];
}

type Phase = 'reading' | 'waiting' | 'done';

/** One object per session, used again for each of its fetches. */
export class PendingFetch extends Deadline implements WaitingFetch {
  isAwake = false;
  readonly #services: FetchServices;
  readonly #session: FetchSession;
  #request: FetchRequest = NO_REQUEST;
  #respond: (response: FetchResponse) => void = ignore;
  #isFull = false;
  #hintsLeader = true;
  #readsFromFollowers = false;
  #phase: Phase = 'done';
  #isFirstReading = true;
  #isExpired = false;
  #wasWoken = false;
  #reading: SessionPartition[] = [];
  #cursor = 0;
  #readBytes = 0;
  #hasToAnswer = false;
  /** The current leaders that the answer names. */
  #hints: CurrentLeader[] = [];

  constructor(services: FetchServices, session: FetchSession) {
    super();
    this.#services = services;
    this.#session = session;
  }

  get isReading(): boolean {
    return this.#phase === 'reading';
  }

  start({ request, isFull, hintsLeader, readsFromFollowers, respond }: FetchStart): void {
    this.#request = request;
    this.#isFull = isFull;
    this.#hintsLeader = hintsLeader;
    this.#readsFromFollowers = readsFromFollowers;
    this.#respond = respond;
    this.#isFirstReading = true;
    this.#isExpired = false;
    this.#wasWoken = false;
    this.#session.waiting = this;
    this.#session.lastFetchMillis = this.#services.context.env.clock.wallMillis();
    this.#read();
  }

  tryComplete(): void {
    if (this.#phase === 'waiting') this.#read();
    else if (this.#phase === 'reading') this.#wasWoken = true;
  }

  override expire(): void {
    this.#isExpired = true;
    // A disk read is under way. Its partitions stay taken, and the read ends with an answer.
    if (this.#phase === 'reading') return;
    this.#read();
    this.#services.context.wakeups.run();
  }

  abandon(): void {
    this.#phase = 'done';
    this.#services.deadlines.remove(this);
  }

  #read(): void {
    this.#phase = 'reading';
    this.#reading = this.#session.takeDirty();
    this.#cursor = 0;
    this.#readBytes = 0;
    this.#hasToAnswer = false;
    if (this.#hints.length > 0) this.#hints = [];
    this.#readOn();
  }

  #readOn(): void {
    while (this.#cursor < this.#reading.length) {
      const entry = this.#reading[this.#cursor]!;
      this.#cursor += 1;
      entry.isDirty = false;
      if (entry.isForgotten) continue;
      if (!this.#readEntry(entry)) return;
    }
    this.#finishReading();
  }

  /** False: a disk read was started, and `#readOn` will be called again. */
  #readEntry(entry: SessionPartition): boolean {
    const partition = this.#partitionOf(entry);
    if (partition === null) {
      this.#fail(entry, null, this.#whyMissing(entry));
      return true;
    }
    const errorCode = this.#check(entry, partition);
    if (errorCode !== 'NONE') {
      this.#fail(entry, partition, errorCode);
      return true;
    }
    const end = partition.readableEnd(this.#session.reader, this.#session.isolationLevel);
    if (entry.found !== null || end <= entry.fetchOffset) {
      this.#found(entry, partition, null);
      return true;
    }
    const room = Math.max(0, this.#maxBytes() - this.#readBytes);
    if (entry.maxBytes < 0 || this.#request.maxBytes < 0) {
      this.#fail(entry, partition, 'UNKNOWN_SERVER_ERROR');
      return true;
    }
    const maxBytes = Math.min(entry.maxBytes, room);
    const minOneBatch = this.#readBytes === 0;
    if (maxBytes === 0 && !minOneBatch) {
      this.#found(entry, partition, null);
      return true;
    }
    const cached = partition.log.readCached(entry.fetchOffset, maxBytes, end, minOneBatch);
    if (cached !== undefined) {
      this.#found(entry, partition, cached);
      return true;
    }
    partition.log.read(entry.fetchOffset, maxBytes, end, minOneBatch, (readError, bytes) => {
      if (this.#phase === 'done') return;
      if (readError === 'NONE') this.#found(entry, partition, bytes);
      else this.#fail(entry, partition, readError);
      this.#readOn();
      this.#services.context.wakeups.run();
    });
    return false;
  }

  #partitionOf(entry: SessionPartition): Partition | null {
    if (entry.partition === null) {
      const { usesTopicIds } = this.#session;
      const partition = usesTopicIds
        ? this.#services.findById(entry.topicId, entry.index)
        : this.#services.find(entry.topic, entry.index);
      if (partition !== null) entry.watch(partition);
    }
    return entry.partition;
  }

  #whyMissing(entry: SessionPartition): ErrorName {
    if (this.#session.usesTopicIds) return this.#services.whyMissing(entry.topicId, entry.index);
    const isKnown = this.#services.isKnown(entry.topic, entry.index);
    return isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION';
  }

  /** NONE, an error, or a divergence stored in `entry.found`. */
  #check(entry: SessionPartition, partition: Partition): ErrorName {
    entry.found = null;
    const { context } = this.#services;
    const leadership = partition.checkLeadership(entry.currentLeaderEpoch);
    if (leadership !== 'NONE' && !this.#isServedByFollower(partition, leadership)) {
      if (leadership === 'FENCED_LEADER_EPOCH') context.observer?.mark('stale fetch fenced');
      if (leadership === 'UNKNOWN_LEADER_EPOCH' && partition.leader !== null) {
        context.observer?.mark('zombie leader fenced');
      }
      return leadership;
    }
    if (this.#session.reader === 'follower' && partition.leader?.replica(this.#session.replicaId) === null) {
      return 'UNKNOWN_LEADER_EPOCH';
    }
    const { log, leaderEpoch } = partition;
    if (entry.currentLeaderEpoch !== leaderEpoch && entry.currentLeaderEpoch !== -1) {
      context.observer?.replication?.unfencedFetch(partition.id, entry.currentLeaderEpoch, leaderEpoch);
    }
    const parting = context.rules.divergence({
      lastFetchedEpoch: entry.lastFetchedEpoch,
      fetchOffset: entry.fetchOffset,
      leaderEnd: partition.epochEnd(entry.lastFetchedEpoch),
      epochs: log.epochs.entries,
      logStartOffset: log.logStartOffset,
      logEndOffset: log.logEndOffset,
    });
    if (parting !== null) {
      if (parting.leaderEpoch < 0)
        context.observer?.replication?.epochUnknown(partition.id, entry.lastFetchedEpoch, leaderEpoch);
      if (parting.leaderEpoch < 0 || entry.fetchOffset < log.logStartOffset) return 'OFFSET_OUT_OF_RANGE';
      const { leaderEpoch: epoch, endOffset } = parting;
      entry.found = dataOf(partition, null, { epoch, endOffset }, this.#session.isolationLevel);
      return 'NONE';
    }
    const isInRange = entry.fetchOffset >= log.logStartOffset && entry.fetchOffset <= log.logEndOffset;
    return isInRange ? 'NONE' : 'OFFSET_OUT_OF_RANGE';
  }

  #isServedByFollower({ role }: Partition, leadership: ErrorName): boolean {
    return this.#readsFromFollowers && role === 'follower' && leadership === 'NOT_LEADER_OR_FOLLOWER';
  }

  #found(entry: SessionPartition, partition: Partition, records: Uint8Array | null): void {
    if (entry.found === null) {
      entry.found = dataOf(partition, records, NO_DIVERGENCE, this.#session.isolationLevel);
      if (records !== null) {
        this.#readBytes += records.length;
        if (this.#session.reader !== 'follower') this.#services.context.counters.bytesOut += records.length;
      }
      if (this.#isFirstReading && this.#session.reader === 'follower') this.#learn(entry, partition);
    } else {
      this.#hasToAnswer = true;
    }
  }

  #fail(entry: SessionPartition, partition: Partition | null, errorCode: ErrorName): void {
    this.#hasToAnswer = true;
    const isHinted =
      this.#hintsLeader && (errorCode === 'NOT_LEADER_OR_FOLLOWER' || errorCode === 'FENCED_LEADER_EPOCH');
    const { image, counters } = this.#services.context;
    counters.failedFetchRequests++;
    const leader = isHinted ? currentLeader(image, entry, partition) : NO_LEADER;
    if (isHinted) this.#hints = appended(this.#hints, leader);
    entry.found = errorOf(entry.index, errorCode, leader);
  }

  #learn(entry: SessionPartition, partition: Partition): void {
    const replica = partition.leader?.replica(this.#session.replicaId) ?? null;
    if (replica === null) return;
    const fetchBrokerEpoch = this.#request.replicaState.replicaEpoch;
    const knownBrokerEpoch = replica.brokerEpoch;
    if (!this.#services.context.rules.acceptFollowerFetch({ fetchBrokerEpoch, knownBrokerEpoch })) {
      this.#services.context.observer?.mark('stale fetch fenced');
      this.#fail(entry, partition, 'NOT_LEADER_OR_FOLLOWER');
      return;
    }
    entry.isOverridden = false;
    if (replica.fetchClock !== null && replica.fetchClock !== this.#session)
      this.#overrideOthers(entry, partition);
    partition.leader?.onFollowerFetch(replica, {
      fetchOffset: entry.fetchOffset,
      logStartOffset: entry.logStartOffset,
      currentLeaderEpoch: entry.currentLeaderEpoch,
      brokerEpoch: fetchBrokerEpoch,
      clock: this.#session,
    });
  }

  /**
   * A fetch that was held back on a broken connection can arrive after fetches of the follower's next session. In
   * Kafka the next fetch corrects the position, because it names every partition. Here a partition that a fetch does
   * not name keeps its position, so the late fetch's position would stay. The override prevents that.
   */
  #overrideOthers(entry: SessionPartition, partition: Partition): void {
    for (const other of partition.watchers) {
      if (other !== entry && other.session.replicaId === this.#session.replicaId) other.override();
    }
  }

  #finishReading(): void {
    this.#isFirstReading = false;
    const { maxWaitMs, minBytes } = this.#request;
    // As in KafkaApis: the response can never reach a minimum above its own maximum, so the smaller one counts.
    const isDue = this.#isExpired || maxWaitMs <= 0 || this.#session.partitionCount === 0;
    if (isDue || this.#hasToAnswer || this.#readBytes >= Math.min(minBytes, this.#maxBytes())) {
      this.#answer();
      return;
    }
    for (const entry of this.#reading) if (entry.isOverridden || hasNews(entry)) entry.touch();
    this.#session.giveBack(this.#reading);
    this.#phase = 'waiting';
    if (this.lane === null) this.#services.deadlines.add(this, Math.min(maxWaitMs, 2_147_483_647) * 1000);
    if (this.#wasWoken) {
      this.#wasWoken = false;
      this.#services.context.wakeups.add(this);
    }
  }

  #answer(): void {
    this.#phase = 'done';
    this.#services.deadlines.remove(this);
    const session = this.#session;
    session.waiting = null;
    let topics: FoundTopic[] = [];
    for (const entry of this.#reading) {
      const { found } = entry;
      entry.found = null;
      if (found === null || entry.isForgotten) continue;
      if (this.#isFull || isWorthSending(entry, found)) {
        topics = added(topics, entry, found);
        if (hasRecords(found) && session.reader === 'consumer') this.#observeServed(entry, found);
      }
      // A follower ignores the other fields when it gets an error or a divergence, so they must be sent again.
      const isTaken = found.errorCode === 'NONE' && found.divergingEpoch.epoch < 0;
      entry.sentHighWatermark = isTaken ? found.highWatermark : -1;
      entry.sentLogStartOffset = isTaken ? found.logStartOffset : -1;
      if (!isTaken || entry.isOverridden || hasRecords(found) || hasNews(entry)) entry.touch();
    }
    session.giveBack(this.#reading);
    if (session.id === 0) session.close();
    const respond = this.#respond;
    const nodeEndpoints =
      this.#hints.length === 0 ? NO_ENDPOINTS : endpointsOf(this.#services.context.image, this.#hints);
    this.#request = NO_REQUEST;
    this.#respond = ignore;
    respond({
      throttleTimeMs: 0,
      errorCode: 'NONE',
      sessionId: session.id,
      responses: topics,
      nodeEndpoints,
    });
  }

  #observeServed(entry: SessionPartition, found: FetchPartitionData): void {
    const { observer } = this.#services.context;
    if (observer === null || found.records === null || entry.partition === null) return;
    observer.replication?.served(
      entry.partition.id,
      entry.fetchOffset,
      endOffsetOf(found.records),
      found.highWatermark,
    );
  }

  #maxBytes(): number {
    return Math.min(this.#request.maxBytes, this.#services.context.config['fetch.max.bytes']);
  }
}

const ignore = (): void => undefined;

/** As in Kafka, an answer without records has none and not null. */
const NO_RECORDS = new Uint8Array(0);

const NO_REQUEST: FetchRequest = fetchApi.request.defaults;

/**
 * Answers with records, answers without records and errors have the same fields, so readers see objects of one shape.
 */
function dataOf(
  partition: Partition,
  records: Uint8Array | null,
  divergingEpoch: FetchPartitionData['divergingEpoch'],
  isolationLevel: 0 | 1,
): FetchPartitionData {
  return {
    partitionIndex: partition.index,
    errorCode: 'NONE',
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.log.logStartOffset,
    divergingEpoch,
    currentLeader: NO_LEADER,
    snapshotId: NO_SNAPSHOT,
    abortedTransactions: isolationLevel === 1 ? NO_ABORTED_TRANSACTIONS : null,
    preferredReadReplica: -1,
    records: records ?? NO_RECORDS,
  };
}

function errorOf(index: number, errorCode: ErrorName, currentLeader: CurrentLeader): FetchPartitionData {
  // Kafka finds a partition that is not there before it reads, and answers with other defaults.
  const isReadError = errorCode !== 'UNKNOWN_TOPIC_OR_PARTITION' && errorCode !== 'UNKNOWN_TOPIC_ID';
  return {
    partitionIndex: index,
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    divergingEpoch: NO_DIVERGENCE,
    currentLeader,
    snapshotId: NO_SNAPSHOT,
    abortedTransactions: isReadError ? null : NO_ABORTED_TRANSACTIONS,
    preferredReadReplica: -1,
    records: NO_RECORDS,
  };
}

function isWorthSending(entry: SessionPartition, found: FetchPartitionData): boolean {
  return (
    hasRecords(found) ||
    found.errorCode !== 'NONE' ||
    found.divergingEpoch.epoch >= 0 ||
    found.highWatermark !== entry.sentHighWatermark ||
    found.logStartOffset !== entry.sentLogStartOffset
  );
}

/**
 * The next fetch must look at this partition even without an event: data is unsent, or the follower may join the ISR.
 */
function hasNews(entry: SessionPartition): boolean {
  const { partition, session } = entry;
  if (partition === null) return true;
  if (partition.highWatermark !== entry.sentHighWatermark) return true;
  if (partition.log.logStartOffset !== entry.sentLogStartOffset) return true;
  if (partition.readableEnd(session.reader, session.isolationLevel) > entry.fetchOffset) return true;
  if (session.reader === 'consumer') return false;
  return !(partition.leader?.replica(session.replicaId)?.inIsr ?? false);
}

function added(
  topics: FoundTopic[],
  { topic, topicId }: SessionPartition,
  found: FetchPartitionData,
): FoundTopic[] {
  for (let at = topics.length - 1; at >= 0; at -= 1) {
    const group = topics[at]!;
    if (group.topicId !== topicId || group.topic !== topic) continue;
    group.partitions.push(found);
    return topics;
  }
  return appended(topics, { topic, topicId, partitions: [found] });
}

function hasRecords({ records }: FetchPartitionData): boolean {
  return records !== null && records.length > 0;
}
