/**
 * The shared part of CreateTopics and CreatePartitions: the placement of the replicas, and the record that creates a
 * partition.
 */
import type { Random } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { ErrorName } from '../protocol/errors.js';
import type { PartitionRecord } from '../protocol/metadata-records.js';
import { placeReplicas } from './replica-placement.js';

export type Refusal = { readonly errorCode: ErrorName; readonly errorMessage: string };
/** The replicas of each partition, the preferred leader first. */
export type Layout = readonly (readonly number[])[];

export const refuse = (errorCode: ErrorName, errorMessage: string): Refusal => ({ errorCode, errorMessage });

export interface WantedPartitions {
  /** 0 for a new topic; the partitions that a topic has already shift the round. */
  readonly firstPartition: number;
  readonly partitionsCount: number;
  readonly replicationFactor: number;
}

export function placeBalanced(
  { firstPartition, partitionsCount, replicationFactor }: WantedPartitions,
  { image, random }: { readonly image: MetadataImage; readonly random: Random },
): Layout | Refusal {
  const staying = [...image.brokers.values()].filter((broker) => !broker.inControlledShutdown);
  const unfenced = staying.filter((broker) => !broker.fenced).map((broker) => broker.brokerId);
  const fenced = staying.filter((broker) => broker.fenced).map((broker) => broker.brokerId);
  if (unfenced.length === 0) return refuse('INVALID_REPLICATION_FACTOR', 'All brokers are currently fenced.');
  if (staying.length < replicationFactor) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      `Replication factor ${replicationFactor} is larger than the ${staying.length} usable brokers.`,
    );
  }
  return placeReplicas({ firstPartition, partitionsCount, replicationFactor, unfenced, fenced }, random);
}

/** Its first ISR is those replicas whose brokers are active, its leader the first of them. */
export function newPartition(
  topic: string,
  partitionId: number,
  replicas: readonly number[],
  image: MetadataImage,
): PartitionRecord {
  const isr = replicas.filter((replica) => image.isBrokerActive(replica));
  return {
    type: 'PartitionRecord',
    topic,
    partitionId,
    replicas,
    isr,
    leader: isr[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
}
