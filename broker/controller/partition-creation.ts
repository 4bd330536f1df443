/**
 * Decides CreatePartitions (org.apache.kafka.controller.ReplicationControlManager#createPartitions): a topic grows to
 * the requested number of partitions. Each new partition has as many replicas as the first one. A topic never
 * shrinks.
 */
import type { Random } from '../env.js';
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { Decision } from './decision.js';
import { type Layout, newPartition, placeBalanced, type Refusal, refuse } from './new-partitions.js';

type Growth = RequestBodies['CreatePartitions']['topics'][number];
type Result = ResponseBodies['CreatePartitions']['results'][number];

export interface PartitionCreationOptions {
  readonly image: MetadataImage;
  readonly random: Random;
}

export function createPartitions(
  request: RequestBodies['CreatePartitions'],
  options: PartitionCreationOptions,
): Decision<ResponseBodies['CreatePartitions']> {
  const records: MetadataRecord[] = [];
  const results = request.topics.map((growth, at): Result => {
    const { name } = growth;
    const isNamedTwice = request.topics.some((other, index) => index !== at && other.name === name);
    const topic = options.image.topics.get(name);
    if (isNamedTwice) return { name, ...refuse('INVALID_REQUEST', 'Duplicate topic name.') };
    if (topic === undefined) return { name, errorCode: 'UNKNOWN_TOPIC_OR_PARTITION', errorMessage: null };
    const layout = checkCount(growth, topic) ?? layOut(growth, topic, options);
    if ('errorCode' in layout) return { name, ...layout };
    if (!request.validateOnly) {
      for (const [added, replicas] of layout.entries())
        records.push(newPartition(name, topic.partitions.length + added, replicas, options.image));
    }
    return { name, errorCode: 'NONE', errorMessage: null };
  });
  return { records, response: { throttleTimeMs: 0, results } };
}

function checkCount({ name, count }: Growth, { partitions }: TopicImage): Refusal | null {
  if (count === partitions.length)
    return refuse('INVALID_PARTITIONS', `Topic '${name}' already has ${count} partitions.`);
  if (count < partitions.length) {
    return refuse(
      'INVALID_PARTITIONS',
      `Topic '${name}' has ${partitions.length} partitions; ${count} would not be an increase.`,
    );
  }
  return null;
}

function layOut(
  { count, assignments }: Growth,
  { partitions }: TopicImage,
  options: PartitionCreationOptions,
): Layout | Refusal {
  const firstPartition = partitions.length;
  const partitionsCount = count - firstPartition;
  const replicationFactor = partitions[0]?.replicas.length ?? 0;
  if (assignments === null)
    return placeBalanced({ firstPartition, partitionsCount, replicationFactor }, options);
  if (assignments.length !== partitionsCount) {
    return refuse(
      'INVALID_REPLICA_ASSIGNMENT',
      `${partitionsCount} partitions are to be added, and ${assignments.length} are assigned.`,
    );
  }
  const layout = assignments.map(({ brokerIds }) => brokerIds);
  for (const replicas of layout) {
    const problem = problemOf(replicas, replicationFactor, options.image);
    if (problem !== null) return refuse('INVALID_REPLICA_ASSIGNMENT', problem);
  }
  return layout;
}

function problemOf(
  replicas: readonly number[],
  replicationFactor: number,
  image: MetadataImage,
): string | null {
  const shown = `[${replicas.join()}]`;
  if (replicas.length !== replicationFactor || new Set(replicas).size !== replicas.length)
    return `${shown} are not ${replicationFactor} different brokers.`;
  const unknown = replicas.find((replica) => !image.brokers.has(replica));
  if (unknown !== undefined) return `Broker ${unknown} is not registered.`;
  if (!replicas.some((replica) => image.isBrokerActive(replica)))
    return `All brokers of ${shown} are fenced or shutting down.`;
  return null;
}
