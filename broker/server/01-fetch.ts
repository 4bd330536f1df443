/**
 * Fetch (key 1; kafka.server.KafkaApis#handleFetchRequest, FetchManager#newContext): finds or creates the session of
 * a request (KIP-227) and applies the request to it. PendingFetch does the fetching.
 *
 * - Up to version 12 a request names topics, later it gives their ids. A session keeps to one of the two.
 * - A follower serves consumers from version 11 on, up to the high watermark that it knows (KIP-392). Not implemented: a leader that
 *   sends consumers to a follower (`replica.selector.class`).
 */
import {
  type FetchRequest,
  type FetchResponse,
  fetchApi,
  NO_ENDPOINTS,
  replicaIdOf,
} from '../protocol/apis/01-fetch.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Reply, RequestContext } from '../protocol/rpc-server.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { FetchSession } from '../replication/fetch-session.js';
import { PendingFetch } from '../replication/pending-fetch.js';
import type { BrokerServices } from './broker-services.js';

const INITIAL_EPOCH = 0;
/** Ends the session, if any, without a new one. */
const FINAL_EPOCH = -1;
const INT32_MAX = 2_147_483_647;
/** From this version on a consumer says in which rack it is, and may read from a follower (KIP-392). */
const FROM_FOLLOWERS = 11;
/** From this version on topics are named by id. */
const BY_TOPIC_ID = 13;
/** From this version on a response may carry the current leader (KIP-951). */
const WITH_LEADER_HINT = 16;

export function handleFetch(
  services: BrokerServices,
  request: FetchRequest,
  respond: (response: FetchResponse) => void,
  _reply: Reply,
  { apiVersion }: Pick<RequestContext, 'apiVersion'>,
): void {
  const usesTopicIds = apiVersion >= BY_TOPIC_ID;
  if (usesTopicIds && request.topics.some(hasZeroId) && breaksAnswer(services, request)) {
    respond(failure('UNKNOWN_SERVER_ERROR'));
    return;
  }
  const isFull = request.sessionEpoch === INITIAL_EPOCH || request.sessionEpoch === FINAL_EPOCH;
  const session = isFull
    ? openSession(services, request, usesTopicIds)
    : continueSession(services, request, usesTopicIds);
  if (typeof session === 'string') {
    respond(failure(session));
    return;
  }
  for (const topic of request.topics) {
    for (const asked of topic.partitions) session.request(topic, asked);
  }
  const { replicas } = services;
  if (!isIsolationLevel(request) && fetchesKnown(services, request, session, isFull)) {
    if (isFull) services.sessions.close(session);
    // A client that names topics by id needs no partition to see the error.
    const response = fetchApi.errorResponse(request, 'UNKNOWN_SERVER_ERROR', apiVersion);
    respond(usesTopicIds ? { ...response, responses: [] } : response);
    return;
  }
  session.fetch ??= new PendingFetch(replicas, session);
  const hintsLeader = apiVersion >= WITH_LEADER_HINT;
  const readsFromFollowers = session.reader === 'consumer' && apiVersion >= FROM_FOLLOWERS;
  session.fetch.start({ request, isFull, hintsLeader, readsFromFollowers, respond });
  replicas.context.wakeups.run();
}

const hasZeroId = ({ topicId }: FetchRequest['topics'][number]): boolean => topicId === ZERO_UUID;

/**
 * Kafka compares the topic of a partition in its answer with that of the partition before, by name where the id is zero, and there is
 * no name (FetchResponse#matchingTopic). Unknown partitions come last in the answer.
 */
function breaksAnswer({ replicas, lifecycle }: BrokerServices, { topics }: FetchRequest): boolean {
  const unknown: boolean[] = [];
  const known: boolean[] = [];
  for (const { topicId, partitions } of topics) {
    const name = lifecycle.image.topicById(topicId)?.name ?? '';
    for (const { partition } of partitions)
      (replicas.isKnown(name, partition) ? known : unknown).push(topicId === ZERO_UUID);
  }
  return [...known, ...unknown].slice(0, -1).includes(true);
}

const isIsolationLevel = ({ isolationLevel }: FetchRequest): boolean =>
  isolationLevel === 0 || isolationLevel === 1;

/** Whether a partition is to be read. Kafka looks at the isolation level no earlier than that. */
function fetchesKnown(
  { replicas, lifecycle }: BrokerServices,
  { topics }: FetchRequest,
  session: FetchSession,
  isFull: boolean,
): boolean {
  if (!isFull) return session.partitionCount > 0;
  return topics.some(({ topic, topicId, partitions }) => {
    const name = session.usesTopicIds ? (lifecycle.image.topicById(topicId)?.name ?? '') : topic;
    return partitions.some(({ partition }) => replicas.isKnown(name, partition));
  });
}

function openSession(services: BrokerServices, request: FetchRequest, usesTopicIds: boolean): FetchSession {
  const { sessions } = services;
  const previous = request.sessionId === 0 ? null : sessions.get(request.sessionId);
  if (previous !== null) sessions.close(previous);
  const isLasting = request.sessionEpoch === INITIAL_EPOCH;
  const isolationLevel = request.isolationLevel === 1 ? 1 : 0;
  return sessions.open({ replicaId: replicaIdOf(request), isolationLevel, usesTopicIds }, isLasting);
}

function continueSession(
  services: BrokerServices,
  request: FetchRequest,
  usesTopicIds: boolean,
): FetchSession | ErrorName {
  const { sessions } = services;
  const session = sessions.get(request.sessionId);
  if (session === null || session.replicaId !== replicaIdOf(request)) return 'FETCH_SESSION_ID_NOT_FOUND';
  if (session.nextEpoch !== request.sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
  if (session.usesTopicIds !== usesTopicIds) return 'FETCH_SESSION_TOPIC_ID_ERROR';
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
  for (const topic of request.forgottenTopicsData) {
    for (const index of topic.partitions) session.forget(topic, index);
  }
  return session;
}

const failure = (errorCode: ErrorName): FetchResponse => ({
  throttleTimeMs: 0,
  errorCode,
  sessionId: 0,
  responses: [],
  nodeEndpoints: NO_ENDPOINTS,
});
