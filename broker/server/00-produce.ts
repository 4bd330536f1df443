/**
 * Produce (key 0; kafka.server.KafkaApis#handleProduceRequest). `acks=0` has no response. If a partition fails, the
 * broker closes the connection, so that the producer notices. Not implemented: transactions and their authorisation.
 */
import { corruptionOf, shapeErrorOf as shapeErrorOfRecords } from '../log/produced-shape.js';
import { type ProduceRequest, type ProduceResponse, produceApi } from '../protocol/apis/00-produce.js';
import type { ErrorName } from '../protocol/errors.js';
import { attributes, isBatchComplete, magic } from '../protocol/record-batch.js';
import type { Reply, RequestContext } from '../protocol/rpc-server.js';
import { isInternalTopic } from '../protocol/topic-name.js';
import type { Partition } from '../replication/partition.js';
import { PendingProduce } from '../replication/pending-produce.js';
import type { BrokerServices } from './broker-services.js';

/** Kafka's admin client alone may write to internal topics. */
const ADMIN_CLIENT_ID = '__admin_client';
/** The bit of a batch's attributes. */
const TRANSACTIONAL = 0x10;
/** From this version on topics are named by id. */
const BY_TOPIC_ID = 13;
/** From this version on a response may carry the current leader (KIP-951). */
const WITH_LEADER_HINT = 10;

export function handleProduce(
  services: BrokerServices,
  request: ProduceRequest,
  reply: Reply,
  { apiVersion, clientId }: RequestContext,
): void {
  const { replicas } = services;
  const { acks } = request;
  const respond = acks === 0 ? settleUnacknowledged.bind(null, reply) : reply.respond.bind(reply);
  const timeoutMs = Math.max(0, request.timeoutMs);
  const hintsLeader = apiVersion >= WITH_LEADER_HINT;
  const produce = new PendingProduce(replicas, { acks, timeoutMs, hintsLeader, respond });
  const requestError = errorOf(request);
  const refused = firstBatchesRefusal(request, apiVersion);
  if (refused !== null) {
    respond(refused);
    return;
  }
  for (const topic of lastOfEach(request.topicData)) {
    const { topicId } = topic;
    if (topic.partitionData.length === 0) continue;
    const isById = apiVersion >= BY_TOPIC_ID;
    const name = isById ? (services.lifecycle.image.topicById(topicId)?.name ?? '') : topic.name;
    produce.addTopic(topic.name, topicId);
    const topicError =
      isInternalTopic(name) && clientId !== ADMIN_CLIENT_ID ? 'INVALID_TOPIC_EXCEPTION' : null;
    for (const asked of topic.partitionData) {
      const { index, records } = asked;
      const partition = isById ? replicas.findById(topicId, index) : replicas.find(name, index);
      const isMissing = partition === null && !replicas.isKnown(name, index);
      const shapeError = isMissing ? null : shapeErrorOf(records, apiVersion);
      const errorCode = isMissing
        ? whyMissing(services, topic, index, isById)
        : (shapeError ??
          requestError ??
          topicError ??
          refusal(partition, acks) ??
          whyMissing(services, topic, index, isById));
      if (partition === null || records === null || errorCode !== 'NONE') {
        if (errorCode === 'NOT_ENOUGH_REPLICAS') {
          replicas.context.observer?.mark('produce refused: NOT_ENOUGH_REPLICAS');
        }
        // Records of a wrong shape are refused before the log is looked at.
        produce.refuse(index, errorCode, shapeError === null ? partition : null);
      } else {
        produce.append(partition, records);
      }
    }
  }
  produce.allBegun();
  replicas.context.wakeups.run();
}

type TopicData = ProduceRequest['topicData'];

/** A partition that is named twice has the records that are named last, as in Kafka's map. Mostly `topics` itself. */
function lastOfEach(topics: TopicData): TopicData {
  if (topics.length === 1 ? !hasTwice(topics[0]!.partitionData) : !namesTwice(topics)) return topics;
  const byTopic = new Map<string, Map<number, TopicData[number]['partitionData'][number]>>();
  for (const { name, topicId, partitionData } of topics) {
    const key = `${topicId}/${name}`;
    const partitions = byTopic.get(key) ?? new Map();
    byTopic.set(key, partitions);
    for (const each of partitionData) partitions.set(each.index, each);
  }
  return [...byTopic].map(([key, partitions]) => {
    const topic = topics.find(({ name, topicId }) => `${topicId}/${name}` === key)!;
    return { ...topic, partitionData: [...partitions.values()] };
  });
}

function namesTwice(topics: TopicData): boolean {
  const names = new Set<string>();
  for (const { name, topicId, partitionData } of topics) {
    const key = name === '' ? topicId : name;
    if (names.has(key)) return true;
    names.add(key);
    if (hasTwice(partitionData)) return true;
  }
  return false;
}

/** Most requests name few partitions, in the order of their indexes. */
function hasTwice(partitions: TopicData[number]['partitionData']): boolean {
  let last = -1;
  let isSorted = true;
  for (const { index } of partitions) {
    if (index <= last) isSorted = false;
    last = index;
  }
  return !isSorted && new Set(partitions.map(({ index }) => index)).size < partitions.length;
}

/** Null: the records have the shape that the version demands. */
function shapeErrorOf(records: Uint8Array | null, apiVersion: number): ErrorName | null {
  const errorCode = records === null ? 'INVALID_RECORD' : shapeErrorOfRecords(records, apiVersion);
  return errorCode === 'NONE' ? null : errorCode;
}

/**
 * Kafka looks at the first batch of every partition before anything else, whether a transaction is open
 * (RequestUtils#hasTransactionalRecords). A batch that it cannot read, or one of a transaction without a transactional id that is
 * permitted, is an error for the whole request. There are no transactions here.
 */
function firstBatchesRefusal(request: ProduceRequest, apiVersion: number): ProduceResponse | null {
  for (const { partitionData } of request.topicData) {
    for (const { records } of partitionData) {
      if (records === null) continue;
      const errorMessage = corruptionOf(records, 0);
      if (errorMessage !== null) {
        const response = produceApi.errorResponse(request, 'CORRUPT_MESSAGE', apiVersion);
        return withMessage(response, errorMessage);
      }
      if (isTransactional(records))
        return produceApi.errorResponse(request, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', apiVersion);
    }
  }
  return null;
}

function isTransactional(records: Uint8Array): boolean {
  return (
    isBatchComplete(records, 0) && magic(records, 0) === 2 && (attributes(records, 0) & TRANSACTIONAL) !== 0
  );
}

function withMessage(response: ProduceResponse, errorMessage: string): ProduceResponse {
  const responses = response.responses.map((topic) => ({
    ...topic,
    partitionResponses: topic.partitionResponses.map((partition) => ({ ...partition, errorMessage })),
  }));
  return { ...response, responses };
}

function settleUnacknowledged(reply: Reply, response: ProduceResponse): void {
  for (const topic of response.responses) {
    for (const partition of topic.partitionResponses) {
      if (partition.errorCode !== 'NONE') {
        reply.close();
        return;
      }
    }
  }
  reply.respondNothing();
}

function errorOf(request: ProduceRequest): ErrorName | null {
  if (request.acks !== -1 && request.acks !== 0 && request.acks !== 1) return 'INVALID_REQUIRED_ACKS';
  return request.transactionalId === null ? null : 'INVALID_REQUEST';
}

function whyMissing(
  { replicas }: BrokerServices,
  { name, topicId }: ProduceRequest['topicData'][number],
  index: number,
  isById: boolean,
): ErrorName {
  if (isById) return replicas.whyMissing(topicId, index);
  return replicas.isKnown(name, index) ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** Null: this broker has no such replica. */
function refusal(partition: Partition | null, acks: number): ErrorName | null {
  if (partition === null) return null;
  if (partition.leader === null || partition.isChangingRole) return 'NOT_LEADER_OR_FOLLOWER';
  return partition.leader.mayAppend(acks);
}
