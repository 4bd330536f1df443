/**
 * Produce (key 0; kafka.server.KafkaApis#handleProduceRequest). `acks=0` has no response. If a partition fails, the
 * broker closes the connection, so that the producer notices. Not implemented: transactions and their authorisation.
 */
import { shapeErrorOf } from '../log/produced-shape.js';
import type { ProduceRequest, ProduceResponse } from '../protocol/apis/00-produce.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Reply, RequestContext } from '../protocol/rpc-server.js';
import { isInternalTopic } from '../protocol/topic-name.js';
import type { Partition } from '../replication/partition.js';
import { PendingProduce } from '../replication/pending-produce.js';
import type { BrokerServices } from './broker-services.js';

/** Kafka's admin client alone may write to internal topics. */
const ADMIN_CLIENT_ID = '__admin_client';
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
  for (const topic of request.topicData) {
    const { topicId } = topic;
    const isById = apiVersion >= BY_TOPIC_ID;
    const name = isById ? (services.lifecycle.image.topicById(topicId)?.name ?? '') : topic.name;
    produce.addTopic(topic.name, topicId);
    const topicError =
      isInternalTopic(name) && clientId !== ADMIN_CLIENT_ID ? 'INVALID_TOPIC_EXCEPTION' : null;
    for (const asked of topic.partitionData) {
      const { index, records } = asked;
      const partition = isById ? replicas.findById(topicId, index) : replicas.find(name, index);
      const shapeError = records === null ? 'INVALID_RECORD' : shapeErrorOf(records, apiVersion);
      if (records === null || shapeError !== 'NONE') {
        const missing = replicas.isKnown(name, index) ? null : whyMissing(services, topic, index, isById);
        produce.refuse(index, missing ?? shapeError, null);
        continue;
      }
      const errorCode =
        requestError ?? topicError ?? refusal(partition, acks) ?? whyMissing(services, topic, index, isById);
      if (partition === null || errorCode !== 'NONE') {
        if (errorCode === 'NOT_ENOUGH_REPLICAS') {
          replicas.context.observer?.mark('produce refused: NOT_ENOUGH_REPLICAS');
        }
        produce.refuse(index, errorCode, partition);
      } else {
        produce.append(partition, records);
      }
    }
  }
  produce.allBegun();
  replicas.context.wakeups.run();
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
