/**
 * Fetch (key 1; kafka.server.KafkaApis#handleFetchRequest, FetchManager#newContext): finds or creates the session of
 * a request (KIP-227) and applies the request to it. PendingFetch does the fetching. Only leaders serve consumers.
 */
import type { FetchPartition, FetchRequest, FetchResponse } from '../protocol/apis/01-fetch.js';
import type { ErrorName } from '../protocol/errors.js';
import type { FetchSession } from '../replication/fetch-session.js';
import { PendingFetch } from '../replication/pending-fetch.js';
import type { BrokerServices } from './broker-services.js';

const INITIAL_EPOCH = 0;
/** Ends the session, if any, without a new one. */
const FINAL_EPOCH = -1;
const INT32_MAX = 2_147_483_647;

export function handleFetch(
  services: BrokerServices,
  request: FetchRequest,
  respond: (response: FetchResponse) => void,
): void {
  if (!hasLegalValues(request)) {
    respond(failure('INVALID_REQUEST'));
    return;
  }
  const isFull = request.sessionEpoch === INITIAL_EPOCH || request.sessionEpoch === FINAL_EPOCH;
  const session = isFull ? openSession(services, request) : continueSession(services, request);
  if (typeof session === 'string') {
    respond(failure(session));
    return;
  }
  for (const { topicId, partitions } of request.topics) {
    for (const asked of partitions) session.request(topicId, asked);
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
  return sessions.open(replicaIdOf(request), request.isolationLevel === 1 ? 1 : 0, isLasting);
}

function continueSession(services: BrokerServices, request: FetchRequest): FetchSession | ErrorName {
  const { sessions } = services;
  const session = sessions.get(request.sessionId);
  if (session === null || session.replicaId !== replicaIdOf(request)) return 'FETCH_SESSION_ID_NOT_FOUND';
  if (session.nextEpoch !== request.sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
  if (session.waiting !== null) {
    // The connection of the earlier request is gone. Its read may still be under way and use the session's
    // partitions.
    if (session.waiting.isReading) {
      sessions.close(session);
      return 'FETCH_SESSION_ID_NOT_FOUND';
    }
    session.waiting.abandon();
    session.waiting = null;
  }
  session.nextEpoch = session.nextEpoch === INT32_MAX ? 1 : session.nextEpoch + 1;
  for (const { topicId, partitions } of request.forgottenTopicsData) {
    for (const index of partitions) session.forget(topicId, index);
  }
  return session;
}

/**
 * From version 15 on the replica id is in the replica state
 * (org.apache.kafka.common.requests.FetchRequest#replicaId).
 */
const replicaIdOf = ({ replicaId, replicaState }: FetchRequest): number =>
  replicaId === -1 ? replicaState.replicaId : replicaId;

const failure = (errorCode: ErrorName): FetchResponse => ({
  throttleTimeMs: 0,
  errorCode,
  sessionId: 0,
  responses: [],
  nodeEndpoints: [],
});

/** Whether every number is in its legal range. The schema checks the types. */
function hasLegalValues(request: FetchRequest): boolean {
  const { replicaId, replicaState, maxWaitMs, minBytes, maxBytes, isolationLevel, topics } = request;
  if (replicaId < -1 || replicaState.replicaId < -1 || replicaState.replicaEpoch < -1) return false;
  if (maxWaitMs < 0 || minBytes < 0 || maxBytes < 0) return false;
  if (isolationLevel !== 0 && isolationLevel !== 1) return false;
  for (const { partitions } of topics) {
    for (const asked of partitions) if (!isPartitionLegal(asked)) return false;
  }
  return true;
}

function isPartitionLegal(asked: FetchPartition): boolean {
  return (
    asked.partition >= 0 &&
    asked.currentLeaderEpoch >= -1 &&
    asked.lastFetchedEpoch >= -1 &&
    asked.fetchOffset >= 0 &&
    asked.partitionMaxBytes >= 0
  );
}
