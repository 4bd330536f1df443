/**
 * Topics and partitions of the metadata image as Metadata and DescribeTopicPartitions show them
 * (org.apache.kafka.metadata.KRaftMetadataCache).
 */
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { MetadataResponse } from '../protocol/apis/03-metadata.js';

type PartitionDescription = MetadataResponse['topics'][number]['partitions'][number];

function isAlive(image: MetadataImage, brokerId: number): boolean {
  return image.brokers.get(brokerId)?.fenced === false;
}

export function describePartition(
  image: MetadataImage,
  partition: PartitionRegistration,
): PartitionDescription {
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

/** Version 0 of Metadata leaves out brokers that are not available, and says so with REPLICA_NOT_AVAILABLE. */
export function describeAvailable(
  image: MetadataImage,
  partition: PartitionRegistration,
): PartitionDescription {
  const description = describePartition(image, partition);
  const replicaNodes = partition.replicas.filter((brokerId) => isAlive(image, brokerId));
  const isrNodes = partition.isr.filter((brokerId) => isAlive(image, brokerId));
  const isComplete =
    replicaNodes.length === partition.replicas.length && isrNodes.length === partition.isr.length;
  const errorCode =
    description.errorCode === 'NONE' && !isComplete ? 'REPLICA_NOT_AVAILABLE' : description.errorCode;
  return { ...description, errorCode, replicaNodes, isrNodes };
}
