/**
 * Fetch (key 1; kafka.server.KafkaApis#handleFetchRequest, FetchManager#newContext): which session a request belongs to
 * (KIP-227), and what it changes in it. The fetching itself is PendingFetch. Consumers are served by leaders alone.
 */
import type { FetchPartition, FetchRequest, FetchResponse } from '../protocol/apis/01-fetch.js';
import type { ErrorName } from '../protocol/errors.js';
import type { FetchSession } from '../replication/fetch-session.js';
import { PendingFetch } from '../replication/pending-fetch.js';
import type { BrokerServices } from './broker-services.js';
import { isCount, isCountOrNone, isName, isOffset, isRecord } from './wire-values.js';

const INITIAL_EPOCH = 0;
/** Ends the session, if any, and asks for none. */
const FINAL_EPOCH = -1;
const INT32_MAX = 2_147_483_647;

export function handleFetch(
  services: BrokerServices,
  request: FetchRequest,
  respond: (response: FetchResponse) => void,
): void {
  if (!isWellFormed(request)) {
    respond(failure('INVALID_REQUEST'));
    return;
  }
  const isFull = request.sessionEpoch === INITIAL_EPOCH || request.sessionEpoch === FINAL_EPOCH;
  const session = isFull ? openSession(services, request) : continueSession(services, request);
  if (typeof session === 'string') {
    respond(failure(session));
    return;
  }
  for (const { topic, partitions } of request.topics) {
    for (const asked of partitions) session.request(topic, asked);
  }
  const { replicas } = services;
  session.fetch ??= new PendingFetch(replicas, session);
  session.fetch.start(request, isFull, respond);
  replicas.context.wakeups.run();
}

function openSession(services: BrokerServices, request: FetchRequest): FetchSession {
  const { sessions } = services;
  const previous = request.sessionId === 0 ? null : sessions.get(request.sessionId);
  if (previous !== null) sessions.close(previous);
  const isLasting = request.sessionEpoch === INITIAL_EPOCH && request.topics.length > 0;
  return sessions.open(request.replicaId, request.isolationLevel === 1 ? 1 : 0, isLasting);
}

function continueSession(services: BrokerServices, request: FetchRequest): FetchSession | ErrorName {
  const { sessions } = services;
  const session = sessions.get(request.sessionId);
  if (session === null || session.replicaId !== request.replicaId) return 'FETCH_SESSION_ID_NOT_FOUND';
  if (session.nextEpoch !== request.sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
  if (session.waiting !== null) {
    // The connection that asked before is gone. A reading under way has the session's partitions in its hands.
    if (session.waiting.isReading) {
      sessions.close(session);
      return 'FETCH_SESSION_ID_NOT_FOUND';
    }
    session.waiting.abandon();
    session.waiting = null;
  }
  session.nextEpoch = session.nextEpoch === INT32_MAX ? 1 : session.nextEpoch + 1;
  for (const { topic, partitions } of request.forgottenTopicsData) {
    for (const index of partitions) session.forget(topic, index);
  }
  return session;
}

const failure = (errorCode: ErrorName): FetchResponse => ({
  throttleTimeMs: 0,
  errorCode,
  sessionId: 0,
  responses: [],
  nodeEndpoints: [],
});

function isWellFormed(request: FetchRequest): boolean {
  const { topics, forgottenTopicsData } = request;
  if (!isCountOrNone(request.replicaId) || !isCount(request.maxWaitMs) || !isCount(request.minBytes))
    return false;
  if (!isCount(request.maxBytes) || !isCount(request.sessionId) || !isCountOrNone(request.sessionEpoch))
    return false;
  if (request.isolationLevel !== 0 && request.isolationLevel !== 1) return false;
  if (request.replicaState.replicaEpoch !== -1 && !isOffset(request.replicaState.replicaEpoch)) return false;
  if (!Array.isArray(topics) || !Array.isArray(forgottenTopicsData)) return false;
  for (const topic of topics) {
    if (!isRecord(topic) || !isName(topic.topic) || !Array.isArray(topic.partitions)) return false;
    for (const asked of topic.partitions) if (!isPartitionWellFormed(asked)) return false;
  }
  return forgottenTopicsData.length === 0 || forgottenTopicsData.every(isForgettable);
}

function isPartitionWellFormed(asked: FetchPartition): boolean {
  return (
    isRecord(asked) &&
    isCount(asked.partition) &&
    isCountOrNone(asked.currentLeaderEpoch) &&
    isCountOrNone(asked.lastFetchedEpoch) &&
    isOffset(asked.fetchOffset) &&
    isCount(asked.partitionMaxBytes)
  );
}

function isForgettable(forgotten: FetchRequest['forgottenTopicsData'][number]): boolean {
  return (
    isName(forgotten.topic) && Array.isArray(forgotten.partitions) && forgotten.partitions.every(isCount)
  );
}
