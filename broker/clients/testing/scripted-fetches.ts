/** Fetch at one broker of a scripted cluster: incremental sessions, waiting for data, epoch checks. */
import type { Env, TimerHandle } from '../../env.js';
import type { FetchPartition, FetchPartitionData } from '../../protocol/apis/01-fetch.js';
import {
  NO_ABORTED_TRANSACTIONS,
  NO_DIVERGENCE,
  NO_LEADER,
  NO_SNAPSHOT,
} from '../../protocol/apis/01-fetch.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { RequestFrame } from '../../protocol/frame.js';
import type { Respond } from '../../protocol/rpc-server.js';
import { type ScriptedCluster, scriptedTopicId } from './scripted-cluster.js';
import type { LoggedBatch, ScriptedPartition } from './scripted-partition.js';

interface Session {
  readonly id: number;
  epoch: number;
  readonly partitions: Map<string, { readonly topic: string; readonly asked: FetchPartition }>;
}

/** The fields that this cluster leaves at their defaults. */
const NOTHING_MORE = {
  divergingEpoch: NO_DIVERGENCE,
  currentLeader: NO_LEADER,
  snapshotId: NO_SNAPSHOT,
  abortedTransactions: NO_ABORTED_TRANSACTIONS,
  preferredReadReplica: -1,
};

export class ScriptedFetches {
  readonly #env: Env;
  readonly #brokerId: number;
  readonly #cluster: ScriptedCluster;
  readonly #sessions = new Map<number, Session>();
  #nextSessionId = 1;

  constructor(env: Env, brokerId: number, cluster: ScriptedCluster) {
    this.#env = env;
    this.#brokerId = brokerId;
    this.#cluster = cluster;
  }

  handle(request: RequestFrame<'Fetch'>, error: ErrorName | null, respond: Respond): void {
    if (
      error !== null &&
      (error === 'FETCH_SESSION_ID_NOT_FOUND' || error === 'INVALID_FETCH_SESSION_EPOCH')
    ) {
      respond({ throttleTimeMs: 0, errorCode: error, sessionId: 0, responses: [] });
      return;
    }
    const session = this.#session(request);
    if (typeof session === 'string') {
      respond({ throttleTimeMs: 0, errorCode: session, sessionId: 0, responses: [] });
      return;
    }
    this.#answerWhenReady(session, request, error, respond);
  }

  #session({ body }: RequestFrame<'Fetch'>): Session | ErrorName {
    let session: Session;
    if (body.sessionEpoch <= 0) {
      this.#sessions.delete(body.sessionId);
      session = { id: this.#nextSessionId, epoch: 0, partitions: new Map() };
      this.#nextSessionId += 1;
      this.#sessions.set(session.id, session);
    } else {
      const found = this.#sessions.get(body.sessionId);
      if (found === undefined) return 'FETCH_SESSION_ID_NOT_FOUND';
      if (body.sessionEpoch !== found.epoch + 1) return 'INVALID_FETCH_SESSION_EPOCH';
      session = found;
      session.epoch += 1;
    }
    for (const { topicId, partitions } of body.topics) {
      const topic = this.#cluster.topicNamed(topicId);
      for (const asked of partitions) session.partitions.set(`${topic}-${asked.partition}`, { topic, asked });
    }
    for (const { topicId, partitions } of body.forgottenTopicsData) {
      const topic = this.#cluster.topicNamed(topicId);
      for (const partition of partitions) session.partitions.delete(`${topic}-${partition}`);
    }
    return session;
  }

  #answerWhenReady(
    session: Session,
    { body }: RequestFrame<'Fetch'>,
    error: ErrorName | null,
    respond: Respond,
  ): void {
    const isFull = body.sessionEpoch <= 0;
    const asked = [...session.partitions.values()];
    let timer: TimerHandle | null = null;
    let isAnswered = false;
    const answer = (isLast: boolean) => {
      if (isAnswered) return;
      const data = asked.map(({ topic, asked: partition }) => ({
        topic,
        data: this.#read(topic, partition, error),
      }));
      const news = data.filter(({ data }) => data.errorCode !== 'NONE' || data.records !== null);
      if (news.length === 0 && !isLast) return;
      isAnswered = true;
      timer?.cancel();
      const told = isFull ? data : news;
      const responses = told.map(({ topic, data }) => ({
        topic: '',
        topicId: scriptedTopicId(topic),
        partitions: [data],
      }));
      respond({ throttleTimeMs: 0, errorCode: 'NONE', sessionId: session.id, responses, nodeEndpoints: [] });
    };
    for (const {
      topic,
      asked: { partition },
    } of asked)
      this.#cluster.partition(topic, partition).onAppend = () => answer(false);
    timer = this.#env.timers.schedule(body.maxWaitMs * 1_000, () => answer(true));
    answer(false);
  }

  #read(topic: string, asked: FetchPartition, error: ErrorName | null): FetchPartitionData {
    const partition = this.#cluster.partition(topic, asked.partition);
    const errorCode = error ?? this.#errorOf(partition, asked);
    const readable = partition.log.filter(
      (batch) => batch.lastOffset >= asked.fetchOffset && batch.lastOffset < partition.highWatermark,
    );
    return {
      partitionIndex: asked.partition,
      errorCode,
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.highWatermark,
      logStartOffset: partition.logStartOffset,
      ...NOTHING_MORE,
      records:
        errorCode === 'NONE' && readable.length > 0 ? concatenate(readable, asked.partitionMaxBytes) : null,
      ...(errorCode === 'NONE' ? {} : this.#cluster.hintFor(partition)),
    };
  }

  #errorOf(partition: ScriptedPartition, asked: FetchPartition): ErrorName {
    const fenced = partition.fence(this.#brokerId, asked.currentLeaderEpoch);
    if (fenced !== 'NONE') return fenced;
    const isInRange =
      asked.fetchOffset >= partition.logStartOffset && asked.fetchOffset <= partition.logEndOffset;
    return isInRange ? 'NONE' : 'OFFSET_OUT_OF_RANGE';
  }
}

function concatenate(read: readonly LoggedBatch[], maxBytes: number): Uint8Array {
  const chosen: Uint8Array[] = [];
  let size = 0;
  for (const { bytes } of read) {
    if (chosen.length > 0 && size + bytes.length > maxBytes) break;
    chosen.push(bytes);
    size += bytes.length;
  }
  const joined = new Uint8Array(size);
  let at = 0;
  for (const bytes of chosen) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}
