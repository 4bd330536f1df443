/**
 * Answers Fetch of the metadata log (KIP-595; org.apache.kafka.raft.KafkaRaftClient#handleFetchRequest). A fetch for
 * which there is nothing new is held until a commit or the end of its wait time. The few held fetches are in a list
 * with one timer.
 *
 * Unlike Kafka's leader, this one serves records only once they are committed, because a follower of this project
 * never truncates.
 */
import type { Address, Env, TimerHandle } from '../env.js';
import {
  type FetchPartition,
  type FetchPartitionData,
  type FetchRequest,
  type FetchResponse,
  NO_ABORTED_TRANSACTIONS,
  NO_DIVERGENCE,
  NO_SNAPSHOT,
  replicaIdOf,
} from '../protocol/apis/01-fetch.js';
import type { DescribeQuorumRequest, DescribeQuorumResponse } from '../protocol/apis/55-describe-quorum.js';
import type { ErrorName } from '../protocol/errors.js';
import { METADATA_TOPIC_ID } from '../protocol/metadata-log-batch.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { describeQuorum } from './describe-quorum.js';
import { LogObservers } from './log-observers.js';

export interface MetadataFetchOptions {
  readonly clusterId: string;
  /** The address of this voter, which each response repeats. */
  readonly listener: Address;
  readonly rules: Pick<ControllerRules, 'checkMetadataFetch'>;
}

type Respond = (response: FetchResponse) => void;

interface HeldFetch {
  readonly replicaId: number;
  readonly asked: FetchPartition;
  readonly respond: Respond;
  readonly deadlineMicros: number;
}

interface EmptyResponse {
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly response: FetchResponse;
}

const NO_BYTES = new Uint8Array(0);

export class MetadataFetches {
  readonly #env: Env;
  readonly #log: QuorumLog;
  readonly #options: MetadataFetchOptions;
  readonly #observers = new LogObservers();
  #held: HeldFetch[] = [];
  #timer: TimerHandle | null = null;
  #timerMicros = 0;
  #empty: EmptyResponse | null = null;

  constructor(env: Env, log: QuorumLog, options: MetadataFetchOptions) {
    this.#env = env;
    this.#log = log;
    this.#options = options;
  }

  fetch(request: FetchRequest, respond: Respond): void {
    const { clusterId } = this.#options;
    if (request.clusterId !== null && request.clusterId !== clusterId) {
      respond(refusal('INCONSISTENT_CLUSTER_ID'));
      return;
    }
    const asked = metadataPartitionOf(request);
    if (asked === null) {
      respond(refusal('INVALID_REQUEST'));
      return;
    }
    if (!hasLegalValues(request, asked)) {
      respond(this.#failure('INVALID_REQUEST'));
      return;
    }
    const replicaId = replicaIdOf(request);
    if (this.#answer(replicaId, asked, respond, request.maxWaitMs === 0)) return;
    const deadlineMicros = this.#env.clock.monotonicMicros() + request.maxWaitMs * 1_000;
    this.#held.push({ replicaId, asked, respond, deadlineMicros });
    this.#arm(deadlineMicros);
  }

  /** The high watermark moved. */
  wake(): void {
    const held = this.#held;
    this.#held = [];
    for (const fetch of held)
      if (!this.#answer(fetch.replicaId, fetch.asked, fetch.respond, false)) this.#held.push(fetch);
  }

  /** org.apache.kafka.raft.KafkaRaftClient#handleDescribeQuorumRequest */
  describe(request: DescribeQuorumRequest): DescribeQuorumResponse {
    const nowMillis = this.#env.clock.wallMillis();
    return describeQuorum(request, {
      log: this.#log,
      listener: this.#options.listener,
      observers: this.#observers.active(nowMillis),
      nowMillis,
    });
  }

  /** This voter no longer leads. */
  resign(): void {
    const held = this.#held;
    this.drop();
    for (const { respond } of held) respond(notLeaderOfLog());
  }

  /** The process ends. Its connections end with it, so no fetch is answered. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#held = [];
  }

  #answer(replicaId: number, asked: FetchPartition, respond: Respond, isLastCall: boolean): boolean {
    const { leaderEpoch } = this.#log;
    const requestEpoch = asked.currentLeaderEpoch;
    const errorCode = this.#options.rules.checkMetadataFetch({ requestEpoch, leaderEpoch });
    if (errorCode !== 'NONE') {
      respond(this.#failure(errorCode));
      return true;
    }
    const read = this.#log.read(asked.fetchOffset, asked.lastFetchedEpoch, asked.partitionMaxBytes);
    if (read.type === 'diverging') {
      const divergingEpoch = { epoch: read.epoch, endOffset: read.endOffset };
      respond(this.#response({ errorCode, divergingEpoch, records: NO_BYTES }));
      return true;
    }
    this.#observers.fetched({
      replicaId,
      replicaDirectoryId: asked.replicaDirectoryId,
      fetchOffset: asked.fetchOffset,
      leaderEndOffset: this.#log.endOffset,
      nowMillis: this.#env.clock.wallMillis(),
    });
    if (read.records.length > 0) {
      respond(this.#response({ errorCode, divergingEpoch: NO_DIVERGENCE, records: read.records }));
      return true;
    }
    if (!isLastCall) return false;
    respond(this.#emptyResponse());
    return true;
  }

  /** One object for all that poll an idle log. */
  #emptyResponse(): FetchResponse {
    const { leaderEpoch, highWatermark } = this.#log;
    if (this.#empty?.highWatermark !== highWatermark || this.#empty.leaderEpoch !== leaderEpoch)
      this.#empty = { leaderEpoch, highWatermark, response: this.#failure('NONE') };
    return this.#empty.response;
  }

  #failure(errorCode: ErrorName): FetchResponse {
    return this.#response({ errorCode, divergingEpoch: NO_DIVERGENCE, records: NO_BYTES });
  }

  #response(content: Pick<FetchPartitionData, 'errorCode' | 'divergingEpoch' | 'records'>): FetchResponse {
    const { leaderId, leaderEpoch, highWatermark } = this.#log;
    const { host, port } = this.#options.listener;
    return {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      sessionId: 0,
      responses: [partitionResponse({ ...content, highWatermark, leaderId, leaderEpoch })],
      nodeEndpoints: [{ nodeId: leaderId, host, port, rack: null }],
    };
  }

  #arm(deadlineMicros: number): void {
    if (this.#timer !== null) {
      if (this.#timerMicros <= deadlineMicros) return;
      this.#timer.cancel();
    }
    this.#timerMicros = deadlineMicros;
    const delayMicros = Math.max(0, deadlineMicros - this.#env.clock.monotonicMicros());
    this.#timer = this.#env.timers.schedule(delayMicros, this.#expire);
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const now = this.#env.clock.monotonicMicros();
    const held = this.#held;
    this.#held = [];
    let nextMicros = Number.POSITIVE_INFINITY;
    for (const fetch of held) {
      if (fetch.deadlineMicros <= now) this.#answer(fetch.replicaId, fetch.asked, fetch.respond, true);
      else {
        this.#held.push(fetch);
        nextMicros = Math.min(nextMicros, fetch.deadlineMicros);
      }
    }
    if (this.#held.length > 0) this.#arm(nextMicros);
  };
}

/** The answer of a voter that does not lead and does not know the leader. */
export function notLeaderOfLog(): FetchResponse {
  const response = partitionResponse({
    errorCode: 'NOT_LEADER_OR_FOLLOWER',
    divergingEpoch: NO_DIVERGENCE,
    records: NO_BYTES,
    highWatermark: -1,
    leaderId: -1,
    leaderEpoch: -1,
  });
  return { ...refusal('NONE'), responses: [response] };
}

interface Content extends Pick<FetchPartitionData, 'errorCode' | 'divergingEpoch' | 'records'> {
  readonly highWatermark: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

function partitionResponse(content: Content): FetchResponse['responses'][number] {
  const { errorCode, divergingEpoch, records, highWatermark, leaderId, leaderEpoch } = content;
  const partition: FetchPartitionData = {
    partitionIndex: 0,
    errorCode,
    highWatermark,
    lastStableOffset: -1,
    logStartOffset: 0,
    divergingEpoch,
    currentLeader: { leaderId, leaderEpoch },
    snapshotId: NO_SNAPSHOT,
    abortedTransactions: NO_ABORTED_TRANSACTIONS,
    preferredReadReplica: -1,
    records,
  };
  return { topic: '', topicId: METADATA_TOPIC_ID, partitions: [partition] };
}

function refusal(errorCode: ErrorName): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses: [], nodeEndpoints: [] };
}

/** A quorum has one partition, so a fetch of anything else or of more is invalid; null. */
function metadataPartitionOf({ topics }: FetchRequest): FetchPartition | null {
  const [topic] = topics;
  if (topic === undefined || topics.length > 1 || topic.topicId !== METADATA_TOPIC_ID) return null;
  const [asked] = topic.partitions;
  return asked === undefined || topic.partitions.length > 1 || asked.partition !== 0 ? null : asked;
}

function hasLegalValues({ maxWaitMs }: FetchRequest, asked: FetchPartition): boolean {
  const { fetchOffset, lastFetchedEpoch, currentLeaderEpoch } = asked;
  return (
    maxWaitMs >= 0 && fetchOffset >= 0 && lastFetchedEpoch >= 0 && lastFetchedEpoch <= currentLeaderEpoch
  );
}
