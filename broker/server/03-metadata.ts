/**
 * Metadata (key 3; kafka.server.metadata.KRaftMetadataCache), from this broker's own image. Only unfenced brokers are
 * listed. In KRaft the "controller" in the response is any broker that forwards requests; here it is the broker that
 * answers.
 */
import type { BrokerRegistration } from '../metadata/broker-registration.js';
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { MetadataRequest, MetadataResponse } from '../protocol/apis/03-metadata.js';
import type { ErrorName } from '../protocol/errors.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { BrokerServices } from './broker-services.js';

/** The value when the request did not ask for the authorised operations. */
const NO_OPERATIONS = -2_147_483_648;

type TopicResponse = MetadataResponse['topics'][number];

export function handleMetadata(services: BrokerServices, request: MetadataRequest): MetadataResponse {
  const { image } = services.lifecycle;
  return {
    throttleTimeMs: 0,
    brokers: Array.from(image.brokers.values()).filter(isUnfenced).map(describeBroker),
    clusterId: services.clusterId,
    controllerId: services.brokerId,
    topics:
      request.topics === null
        ? Array.from(image.topics.values(), (topic) => describe(image, topic))
        : request.topics.map(({ name }) => describeNamed(image, name)),
    clusterAuthorizedOperations: NO_OPERATIONS,
    errorCode: 'NONE',
  };
}

const isUnfenced = ({ fenced }: BrokerRegistration): boolean => !fenced;

const describeBroker = ({
  brokerId,
  host,
  port,
}: BrokerRegistration): MetadataResponse['brokers'][number] => ({
  nodeId: brokerId,
  host,
  port,
  rack: null,
});

function describeNamed(image: MetadataImage, name: string | null): TopicResponse {
  if (name === null || !isLegal(name)) return unknown(name, 'INVALID_TOPIC_EXCEPTION');
  const topic = image.topics.get(name);
  return topic === undefined ? unknown(name, 'UNKNOWN_TOPIC_OR_PARTITION') : describe(image, topic);
}

const unknown = (name: string | null, errorCode: ErrorName): TopicResponse => ({
  errorCode,
  name,
  topicId: ZERO_UUID,
  isInternal: false,
  partitions: [],
  topicAuthorizedOperations: NO_OPERATIONS,
});

const isLegal = (name: string): boolean =>
  /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';

function describe(image: MetadataImage, topic: TopicImage): TopicResponse {
  return {
    errorCode: 'NONE',
    name: topic.name,
    topicId: topic.topicId,
    isInternal: false,
    partitions: topic.partitions.map((partition) => describePartition(image, partition)),
    topicAuthorizedOperations: NO_OPERATIONS,
  };
}

function describePartition(
  image: MetadataImage,
  partition: PartitionRegistration,
): TopicResponse['partitions'][number] {
  const hasLeader = isAlive(image, partition.leader);
  return {
    errorCode: hasLeader ? 'NONE' : 'LEADER_NOT_AVAILABLE',
    partitionIndex: partition.partitionId,
    leaderId: hasLeader ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.isr,
    offlineReplicas: partition.replicas.filter((brokerId) => !isAlive(image, brokerId)),
  };
}

function isAlive(image: MetadataImage, brokerId: number): boolean {
  return image.brokers.get(brokerId)?.fenced === false;
}
