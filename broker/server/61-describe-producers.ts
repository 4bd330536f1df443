/** DescribeProducers (key 61; KIP-664; kafka.server.ReplicaManager#activeProducerState), of any replica of this broker. */
import type {
  DescribeProducersRequest,
  DescribeProducersResponse,
} from '../protocol/apis/61-describe-producers.js';
import type { ErrorName } from '../protocol/errors.js';
import { topicNameProblem } from '../protocol/topic-name.js';
import type { ProducerState } from '../rules/log/check-sequence.js';
import type { BrokerServices } from './broker-services.js';

type PartitionResponse = DescribeProducersResponse['topics'][number]['partitions'][number];
type Described = PartitionResponse['activeProducers'][number];

export function handleDescribeProducers(
  services: BrokerServices,
  request: DescribeProducersRequest,
): DescribeProducersResponse {
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => describe(services, name, index)),
    })),
  };
}

function describe(services: BrokerServices, topic: string, index: number): PartitionResponse {
  const problem = topicNameProblem(topic);
  if (problem !== null) return failed(index, 'INVALID_TOPIC_EXCEPTION', problem);
  const { replicas, lifecycle } = services;
  if (!lifecycle.image.topics.has(topic)) {
    const message = 'This server does not host this topic-partition.';
    return failed(index, 'UNKNOWN_TOPIC_OR_PARTITION', message);
  }
  const partition = replicas.find(topic, index);
  if (partition === null) {
    const isKnown = replicas.isKnown(topic, index);
    return failed(index, isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION', null);
  }
  const activeProducers = Array.from(partition.log.producers, describeProducer);
  return { partitionIndex: index, errorCode: 'NONE', errorMessage: null, activeProducers };
}

function describeProducer({ producerId, producerEpoch, batches }: ProducerState): Described {
  const last = batches[batches.length - 1];
  return {
    producerId,
    producerEpoch,
    lastSequence: last?.lastSequence ?? -1,
    lastTimestamp: last?.timestamp ?? -1,
    coordinatorEpoch: -1,
    currentTxnStartOffset: -1,
  };
}

const failed = (
  partitionIndex: number,
  errorCode: ErrorName,
  errorMessage: string | null,
): PartitionResponse => ({ partitionIndex, errorCode, errorMessage, activeProducers: [] });
