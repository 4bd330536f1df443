/**
 * Fetches from one leader broker for all partitions that this broker follows there (kafka.server.ReplicaFetcherThread
 * with num.replica.fetchers=1). One request is in flight at a time, in an incremental session. The next one is sent
 * when all records of the last response are in the logs. An error of a partition delays that partition by
 * replica.fetch.backoff.ms. An error of the connection delays all partitions.
 */
import type { Address, TimerHandle } from '../env.js';
import type {
  FetchPartition,
  FetchPartitionData,
  FetchRequest,
  FetchResponse,
} from '../protocol/apis/01-fetch.js';
import { appended } from '../protocol/appended.js';
import type { ErrorName } from '../protocol/errors.js';
import { RpcClient, type RpcResult } from '../protocol/rpc-client.js';
import { FollowedPartition } from './followed-partition.js';
import type { Partition } from './partition.js';
import type { ReplicationContext } from './replication-context.js';

export interface FetcherOptions {
  readonly context: ReplicationContext;
  readonly leaderId: number;
  readonly address: Address;
  /** This broker's own epoch, for KIP-903. */
  readonly brokerEpoch: () => number;
}

interface FetchTopicRequest {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: FetchPartition[];
}

export class ReplicaFetcher {
  readonly leaderId: number;
  readonly address: Address;
  readonly #context: ReplicationContext;
  readonly #brokerEpoch: () => number;
  readonly #client: RpcClient;
  /** By topic id. */
  readonly #topics = new Map<string, (FollowedPartition | undefined)[]>();
  /** Partitions to name in the next request. */
  readonly #changed: FollowedPartition[] = [];
  /** Partitions in the leader's session that are to be removed from it. */
  #forgotten: FollowedPartition[] = [];
  #delayed: FollowedPartition[] = [];
  #delayTimer: TimerHandle | null = null;
  #followedCount = 0;
  #wantedCount = 0;
  #sessionId = 0;
  #sessionEpoch = 0;
  #isInFlight = false;
  #busyCount = 0;
  #isClosed = false;

  constructor(options: FetcherOptions) {
    const { context, leaderId, address } = options;
    this.#context = context;
    this.leaderId = leaderId;
    this.address = address;
    this.#brokerEpoch = options.brokerEpoch;
    this.#client = new RpcClient(context.env, address, {
      clientId: `broker-${context.brokerId}-fetcher-0`,
      requestTimeoutMicros: context.config['replica.socket.timeout.ms'] * 1000,
    });
  }

  get isIdle(): boolean {
    return this.#followedCount === 0;
  }

  follow(partition: Partition): void {
    const { topicId } = partition.id;
    const ofTopic = this.#topics.get(topicId) ?? [];
    this.#topics.set(topicId, ofTopic);
    const entry = ofTopic[partition.index] ?? new FollowedPartition(partition);
    ofTopic[partition.index] = entry;
    entry.restart();
    this.#followedCount += 1;
    this.#want(entry);
    this.#fetchNext();
  }

  unfollow(partition: Partition): void {
    const entry = this.#topics.get(partition.id.topicId)?.[partition.index];
    if (entry === undefined || !entry.isFollowed) return;
    entry.isFollowed = false;
    this.#followedCount -= 1;
    this.#unwant(entry);
    if (entry.isDelayed) this.#delayed = this.#delayed.filter((delayed) => delayed !== entry);
    entry.isDelayed = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#delayTimer?.cancel();
    this.#client.close();
  }

  #want(entry: FollowedPartition): void {
    if (!entry.isWanted) this.#wantedCount += 1;
    entry.isWanted = true;
    if (!entry.isChanged) this.#changed.push(entry);
    entry.isChanged = true;
  }

  #unwant(entry: FollowedPartition): void {
    if (entry.isWanted) this.#wantedCount -= 1;
    entry.isWanted = false;
    if (entry.isInSession) this.#forgotten.push(entry);
    entry.isInSession = false;
  }

  #fetchNext(): void {
    if (this.#isClosed || this.#isInFlight || this.#busyCount > 0 || this.#wantedCount === 0) return;
    this.#isInFlight = true;
    const { config, brokerId } = this.#context;
    this.#client.send(
      'Fetch',
      {
        clusterId: null,
        replicaId: -1,
        replicaState: { replicaId: brokerId, replicaEpoch: this.#brokerEpoch() },
        maxWaitMs: config['replica.fetch.wait.max.ms'],
        minBytes: config['replica.fetch.min.bytes'],
        maxBytes: config['replica.fetch.response.max.bytes'],
        isolationLevel: 0,
        sessionId: this.#sessionId,
        sessionEpoch: this.#sessionEpoch,
        topics: this.#takeChanged(),
        forgottenTopicsData: this.#takeForgotten(),
        rackId: '',
      },
      this.#onResult,
    );
  }

  #takeChanged(): readonly FetchTopicRequest[] {
    const changed = this.#changed;
    const maxBytes = this.#context.config['replica.fetch.max.bytes'];
    let topics: FetchTopicRequest[] = [];
    for (let entry = changed.pop(); entry !== undefined; entry = changed.pop()) {
      entry.isChanged = false;
      if (!entry.isWanted) continue;
      entry.isInSession = true;
      const asked = entry.ask(maxBytes);
      const { topicId } = entry.partition.id;
      const group = topics.find((candidate) => candidate.topicId === topicId);
      if (group === undefined) topics = appended(topics, { topic: '', topicId, partitions: [asked] });
      else group.partitions.push(asked);
    }
    return topics;
  }

  #takeForgotten(): FetchRequest['forgottenTopicsData'] {
    if (this.#forgotten.length === 0) return NOTHING;
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten
      .filter((entry) => !entry.isInSession)
      .map(({ partition: { id } }) => ({ topic: '', topicId: id.topicId, partitions: [id.index] }));
  }

  readonly #onResult = (result: RpcResult<'Fetch'>): void => {
    this.#isInFlight = false;
    if (this.#isClosed) return;
    if (!result.ok) {
      this.#resetSession();
      this.#delayAll();
    } else if (result.body.errorCode !== 'NONE') {
      this.#resetSession();
      const isSessionLost =
        result.body.errorCode === 'FETCH_SESSION_ID_NOT_FOUND' ||
        result.body.errorCode === 'INVALID_FETCH_SESSION_EPOCH';
      if (!isSessionLost) this.#delayAll();
    } else {
      this.#onResponse(result.body);
    }
    this.#context.wakeups.run();
    this.#fetchNext();
  };

  #onResponse(response: FetchResponse): void {
    if (this.#sessionId === response.sessionId && this.#sessionId !== 0) {
      this.#sessionEpoch = this.#sessionEpoch === 2_147_483_647 ? 1 : this.#sessionEpoch + 1;
    } else {
      this.#sessionId = response.sessionId;
      this.#sessionEpoch = response.sessionId === 0 ? 0 : 1;
    }
    for (const { topicId, partitions } of response.responses) {
      const ofTopic = this.#topics.get(topicId);
      for (const data of partitions) {
        const entry = ofTopic?.[data.partitionIndex];
        if (entry !== undefined) this.#onData(entry, data);
      }
    }
    // Without a session the leader remembers nothing, so the next request must name every partition.
    if (response.sessionId === 0) this.#resetSession();
  }

  #onData(entry: FollowedPartition, data: FetchPartitionData): void {
    const { partition } = entry;
    const { observer } = this.#context;
    const isBusyElsewhere = partition.leader !== null || partition.isChangingRole || partition.isRetired;
    const input = entry.responseInput();
    if (isBusyElsewhere || !this.#context.rules.acceptFetchResponse(input)) {
      observer?.mark('stale fetch response discarded');
      if (entry.isWanted) this.#want(entry);
      return;
    }
    observer?.replication?.fetchAnswerUsed(partition.id, input);
    if (data.errorCode !== 'NONE') {
      this.#onError(entry, data.errorCode);
      return;
    }
    if (data.divergingEpoch.epoch >= 0) {
      this.#truncate(entry, data.divergingEpoch.epoch, data.divergingEpoch.endOffset);
      return;
    }
    if (data.records === null || data.records.length === 0) {
      partition.followHighWatermark(data.highWatermark);
      this.#followLogStart(entry, data.logStartOffset);
      return;
    }
    this.#busyCount += 1;
    partition.appendAsFollower(
      data.records,
      data.highWatermark,
      this.#onAppended.bind(this, entry, data.logStartOffset),
    );
  }

  #onAppended(entry: FollowedPartition, leaderLogStartOffset: number, errorCode: ErrorName): void {
    this.#busyCount -= 1;
    if (errorCode === 'NONE') this.#followLogStart(entry, leaderLogStartOffset);
    if (errorCode === 'CORRUPT_MESSAGE') this.#context.observer?.mark('follower refused a corrupt batch');
    this.#afterChange(entry, errorCode);
  }

  /** The next fetch states the new log start offset, for which DeleteRecords may wait at the leader. */
  #followLogStart(entry: FollowedPartition, leaderLogStartOffset: number): void {
    const { partition } = entry;
    if (leaderLogStartOffset <= partition.log.logStartOffset) return;
    partition.followLogStart(leaderLogStartOffset, () => {
      if (entry.isWanted) this.#want(entry);
    });
  }

  /** KIP-595: the follower's log diverges from the leader's. */
  #truncate(entry: FollowedPartition, epoch: number, endOffset: number): void {
    const { partition } = entry;
    const { log } = partition;
    const offset = this.#context.rules.truncationPoint({
      leaderEnd: { leaderEpoch: epoch, endOffset },
      localEnd: partition.epochEnd(epoch),
      epochs: log.epochs.entries,
      logStartOffset: log.logStartOffset,
      logEndOffset: log.logEndOffset,
      highWatermark: partition.highWatermark,
    });
    // Even if no record is removed, an epoch may be: an election without records left it at the log end offset
    // (KAFKA-10706).
    if (offset < log.logEndOffset) this.#context.observer?.mark('follower truncated after election');
    if (this.#context.env.logger.enabled) {
      const words = {
        partition: partition.name,
        from: log.logEndOffset,
        to: offset,
        leaderEnd: { epoch, endOffset },
      };
      this.#context.env.logger.log('warn', 'Truncating: the log diverges from the log of the leader', words);
    }
    const epochBefore = log.epochs.latestEpoch;
    const endBefore = log.logEndOffset;
    this.#busyCount += 1;
    partition.truncateTo(offset, 'diverging epoch', () => {
      this.#busyCount -= 1;
      const cutNothing = log.epochs.latestEpoch === epochBefore && log.logEndOffset === endBefore;
      this.#afterChange(entry, cutNothing ? 'UNKNOWN_SERVER_ERROR' : 'NONE');
    });
  }

  #afterChange(entry: FollowedPartition, errorCode: ErrorName): void {
    if (entry.isFollowed) {
      if (errorCode === 'NONE') {
        entry.restart();
        this.#want(entry);
      } else {
        this.#delay(entry);
      }
    }
    this.#fetchNext();
  }

  #onError(entry: FollowedPartition, errorCode: ErrorName): void {
    if (!entry.isFollowed) return;
    switch (errorCode) {
      case 'OFFSET_OUT_OF_RANGE':
        this.#unwant(entry);
        this.#askLeaderForEnds(entry);
        break;
      case 'FENCED_LEADER_EPOCH':
        // Newer metadata will arrive and name the leader to follow.
        this.#context.observer?.mark('fetcher fenced');
        this.#unwant(entry);
        break;
      default:
        this.#delay(entry);
    }
  }

  #askLeaderForEnds(entry: FollowedPartition): void {
    this.#askLeader(entry, LATEST, (leaderLogEndOffset) => {
      this.#askLeader(entry, EARLIEST, (leaderLogStartOffset) => {
        this.#resolveOutOfRange(entry, leaderLogStartOffset, leaderLogEndOffset);
      });
    });
  }

  #askLeader(entry: FollowedPartition, timestamp: number, done: (offset: number) => void): void {
    const { id, leaderEpoch } = entry.partition;
    const asked = { partitionIndex: id.index, currentLeaderEpoch: leaderEpoch, timestamp };
    const body = {
      replicaId: this.#context.brokerId,
      isolationLevel: 0,
      topics: [{ name: id.topic, partitions: [asked] }],
      timeoutMs: 0,
    };
    this.#client.send('ListOffsets', body, (result) => {
      if (!entry.isFollowed || entry.partition.leaderEpoch !== leaderEpoch) return;
      const answer = result.ok ? result.body.topics[0]?.partitions[0] : undefined;
      if (answer === undefined || answer.errorCode !== 'NONE' || answer.offset < 0) this.#delay(entry);
      else done(answer.offset);
    });
  }

  #resolveOutOfRange(
    entry: FollowedPartition,
    leaderLogStartOffset: number,
    leaderLogEndOffset: number,
  ): void {
    const { partition } = entry;
    const action = this.#context.rules.outOfRangeAction({
      logEndOffset: partition.log.logEndOffset,
      leaderLogStartOffset,
      leaderLogEndOffset,
    });
    const resume = (): void => {
      this.#busyCount -= 1;
      this.#afterChange(entry, 'NONE');
    };
    this.#context.observer?.mark('follower out of range');
    switch (action.kind) {
      case 'truncate':
        this.#busyCount += 1;
        partition.truncateTo(action.offset, 'ahead of the leader', resume);
        return;
      case 'restart':
        this.#busyCount += 1;
        partition.truncateFullyAndStartAt(action.offset, resume);
        return;
      case 'refetch':
        this.#delay(entry);
        return;
      default: {
        const unknown: never = action;
        throw new Error(`unknown action ${JSON.stringify(unknown)}`);
      }
    }
  }

  #delay(entry: FollowedPartition): void {
    if (entry.isDelayed) return;
    entry.isDelayed = true;
    this.#unwant(entry);
    const backoffMicros = this.#context.config['replica.fetch.backoff.ms'] * 1000;
    entry.delayedUntilMicros = this.#context.env.clock.monotonicMicros() + backoffMicros;
    this.#delayed.push(entry);
    if (this.#delayTimer !== null) return;
    this.#delayTimer = this.#context.env.timers.schedule(backoffMicros, this.#onDelayOver);
  }

  #delayAll(): void {
    for (const entry of this.#followed()) if (entry.isWanted) this.#delay(entry);
  }

  readonly #onDelayOver = (): void => {
    const now = this.#context.env.clock.monotonicMicros();
    const delayed = this.#delayed;
    this.#delayed = [];
    for (const entry of delayed) {
      if (entry.delayedUntilMicros > now) {
        this.#delayed.push(entry);
        continue;
      }
      entry.isDelayed = false;
      entry.restart();
      this.#want(entry);
    }
    const next = this.#delayed[0];
    this.#delayTimer =
      next === undefined
        ? null
        : this.#context.env.timers.schedule(next.delayedUntilMicros - now, this.#onDelayOver);
    this.#fetchNext();
  };

  /** The leader no longer has the session, or may not have it. The next request names every partition. */
  #resetSession(): void {
    this.#sessionId = 0;
    this.#sessionEpoch = 0;
    this.#forgotten = [];
    for (const entry of this.#followed()) {
      entry.isInSession = false;
      if (entry.isWanted) this.#want(entry);
    }
  }

  *#followed(): Generator<FollowedPartition, void> {
    for (const ofTopic of this.#topics.values()) {
      for (const entry of ofTopic) if (entry?.isFollowed) yield entry;
    }
  }
}

const LATEST = -1;
const EARLIEST = -2;
const NOTHING: FetchRequest['forgottenTopicsData'] = [];
