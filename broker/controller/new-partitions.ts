/**
 * The shared part of CreateTopics and CreatePartitions: the placement of the replicas, the check of a placement by hand,
 * and the record that creates a partition. The messages are Kafka's.
 */
import type { Random } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { ErrorName } from '../protocol/errors.js';
import { metadataRecord, type PartitionRecord } from '../protocol/metadata-records.js';
import { uuidOf, ZERO_UUID } from '../protocol/schema/uuid.js';
import { placeReplicas } from './replica-placement.js';

export type Refusal = { readonly errorCode: ErrorName; readonly errorMessage: string };
/** The replicas of each partition, the preferred leader first. */
export type Layout = readonly (readonly number[])[];

export const refuse = (errorCode: ErrorName, errorMessage: string): Refusal => ({ errorCode, errorMessage });

/** Kafka's MAX_PARTITIONS_PER_BATCH: more partitions in one request are refused. */
export const PARTITIONS_MAX = 10_000;

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
  if (staying.length < replicationFactor) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      `The target replication factor of ${replicationFactor} cannot be reached because only ${staying.length} ` +
        'broker(s) are registered or some brokers have all their log directories cordoned.',
    );
  }
  if (unfenced.length === 0) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      'All brokers are currently fenced, or have all their log directories cordoned.',
    );
  }
  return placeReplicas({ firstPartition, partitionsCount, replicationFactor, unfenced, fenced }, random);
}

/** `replicationFactor`: that of the partitions before this one; null: there are none. Null: the assignment is sound. */
export function assignmentProblem(
  replicas: readonly number[],
  replicationFactor: number | null,
  image: MetadataImage,
): Refusal | null {
  const refused = (what: string) =>
    refuse('INVALID_REPLICA_ASSIGNMENT', `The manual partition assignment includes ${what}`);
  if (replicas.length === 0) return refused('an empty replica list.');
  let previous: number | null = null;
  for (const replica of [...replicas].sort((a, b) => a - b)) {
    if (!image.brokers.has(replica)) return refused(`broker ${replica}, but no such broker is registered.`);
    if (replica === previous) return refused(`the broker ${replica} more than once.`);
    previous = replica;
  }
  if (replicationFactor === null || replicas.length === replicationFactor) return null;
  return refused(
    `a partition with ${replicas.length} replica(s), but this is not consistent with previous partitions, ` +
      `which have ${replicationFactor} replica(s).`,
  );
}

/** None of the assigned brokers could lead the partition. Null: one could. */
export function inactiveProblem(
  partitionId: number,
  replicas: readonly number[],
  image: MetadataImage,
): Refusal | null {
  if (replicas.some((replica) => image.isBrokerActive(replica))) return null;
  return refuse(
    'INVALID_REPLICA_ASSIGNMENT',
    `All brokers specified in the manual partition assignment for partition ${partitionId} are fenced or in ` +
      'controlled shutdown.',
  );
}

/** Its first ISR is those replicas whose brokers are active, its leader the first of them. */
export function newPartition(
  topicId: string,
  partitionId: number,
  replicas: readonly number[],
  image: MetadataImage,
): PartitionRecord {
  const isr = replicas.filter((replica) => image.isBrokerActive(replica));
  return metadataRecord('PartitionRecord', {
    topicId,
    partitionId,
    replicas,
    isr,
    leader: isr[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    directories: replicas.map((replica) => directoryFor(image.brokers.get(replica)?.logDirs ?? [])),
  });
}

/** org.apache.kafka.common.DirectoryId */
const UNASSIGNED = ZERO_UUID;
const MIGRATING = uuidOf([0, 0, 0, 2]);

/**
 * The log directory of a new replica (org.apache.kafka.controller.ClusterControlManager#defaultDir). A broker with
 * several directories chooses one itself.
 */
function directoryFor(logDirs: readonly string[]): string {
  const [only] = logDirs;
  if (only === undefined) return MIGRATING;
  return logDirs.length === 1 ? only : UNASSIGNED;
}
