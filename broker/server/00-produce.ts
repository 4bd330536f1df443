/**
 * Produce (key 0; kafka.server.KafkaApis#handleProduceRequest). `acks=0` has no response. If a partition fails, the
 * broker closes the connection, so that the producer notices. Not implemented: transactions and their authorisation.
 */
import type { ProduceRequest, ProduceResponse } from '../protocol/apis/00-produce.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Reply, RequestContext } from '../protocol/rpc-server.js';
import { isInternalTopic } from '../protocol/topic-name.js';
import type { Partition } from '../replication/partition.js';
import { PendingProduce } from '../replication/pending-produce.js';
import type { BrokerServices } from './broker-services.js';

/** Kafka's admin client alone may write to internal topics. */
const ADMIN_CLIENT_ID = '__admin_client';

export function handleProduce(
  services: BrokerServices,
  request: ProduceRequest,
  reply: Reply,
  { clientId }: RequestContext,
): void {
  const { replicas } = services;
  const { acks } = request;
  const respond = acks === 0 ? settleUnacknowledged.bind(null, reply) : reply.respond.bind(reply);
  const timeoutMs = Math.max(0, request.timeoutMs);
  const produce = new PendingProduce(replicas, acks, timeoutMs, respond);
  const requestError = errorOf(request);
  for (const topic of request.topicData) {
    produce.addTopic(topic.name);
    const topicError =
      isInternalTopic(topic.name) && clientId !== ADMIN_CLIENT_ID ? 'INVALID_TOPIC_EXCEPTION' : null;
    for (const asked of topic.partitionData) {
      const partition = replicas.find(topic.name, asked.index);
      const errorCode =
        requestError ?? topicError ?? refusal(services, topic.name, asked.index, partition, acks);
      if (partition === null || errorCode !== 'NONE') {
        if (errorCode === 'NOT_ENOUGH_REPLICAS') {
          replicas.context.observer?.mark('produce refused: NOT_ENOUGH_REPLICAS');
        }
        produce.refuse(asked.index, errorCode, null, partition);
      } else if (asked.records !== null) {
        produce.append(partition, asked.records);
      } else {
        produce.refuse(asked.index, 'INVALID_RECORD', 'no records', partition);
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

function refusal(
  services: BrokerServices,
  topic: string,
  index: number,
  partition: Partition | null,
  acks: number,
): ErrorName {
  if (partition === null) {
    const isKnown = services.replicas.isKnown(topic, index);
    return isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION';
  }
  if (partition.leader === null || partition.isChangingRole) return 'NOT_LEADER_OR_FOLLOWER';
  return partition.leader.mayAppend(acks);
}
