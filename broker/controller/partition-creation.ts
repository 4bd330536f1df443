/**
 * Decides CreatePartitions (org.apache.kafka.controller.ReplicationControlManager#createPartitions): a topic grows to
 * the requested number of partitions. Each new partition has as many replicas as the first one. A topic never
 * shrinks. Topics that a request names twice are answered first.
 */
import type { Random } from '../env.js';
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import { repeatedIn } from '../protocol/repeated.js';
import type { Decision } from './decision.js';
import {
  assignmentProblem,
  inactiveProblem,
  type Layout,
  newPartition,
  PARTITIONS_MAX,
  placeBalanced,
  type Refusal,
  refuse,
} from './new-partitions.js';

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
  const repeated = repeatedIn(request.topics.map(({ name }) => name));
  const duplicates = [...repeated].map((name) => ({
    name,
    ...refuse('INVALID_REQUEST', 'Duplicate topic name.'),
  }));
  const results = request.topics
    .filter(({ name }) => !repeated.has(name))
    .map((growth): Result => {
      const { name } = growth;
      const topic = options.image.topics.get(name);
      if (topic === undefined) return { name, errorCode: 'UNKNOWN_TOPIC_OR_PARTITION', errorMessage: null };
      const problem = checkCount(growth, topic) ?? checkAssignments(growth, topic);
      if (problem !== null) return { name, ...problem };
      // A batch of the metadata log holds no more records.
      if (records.length + growth.count - topic.partitions.length > PARTITIONS_MAX)
        return { name, errorCode: 'UNKNOWN_SERVER_ERROR', errorMessage: null };
      const layout = layOut(growth, topic, options);
      if ('errorCode' in layout) return { name, ...layout };
      if (!request.validateOnly) {
        for (const [added, replicas] of layout.entries())
          records.push(newPartition(topic.topicId, topic.partitions.length + added, replicas, options.image));
      }
      return { name, errorCode: 'NONE', errorMessage: null };
    });
  return { records, response: { throttleTimeMs: 0, results: [...duplicates, ...results] } };
}

function checkCount({ name, count }: Growth, { partitions }: TopicImage): Refusal | null {
  if (count === partitions.length)
    return refuse('INVALID_PARTITIONS', `Topic already has ${count} partition(s).`);
  if (count < partitions.length) {
    return refuse(
      'INVALID_PARTITIONS',
      `The topic ${name} currently has ${partitions.length} partition(s); ${count} would not be an increase.`,
    );
  }
  return null;
}

function checkAssignments({ count, assignments }: Growth, { partitions }: TopicImage): Refusal | null {
  const added = count - partitions.length;
  if (assignments === null || assignments.length === added) return null;
  return refuse(
    'INVALID_REPLICA_ASSIGNMENT',
    `Attempted to add ${added} additional partition(s), but only ${assignments.length} ` +
      'assignment(s) were specified.',
  );
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
  const layout = assignments.map(({ brokerIds }) => brokerIds);
  for (const [added, replicas] of layout.entries()) {
    const problem =
      assignmentProblem(replicas, replicationFactor, options.image) ??
      inactiveProblem(firstPartition + added, replicas, options.image);
    if (problem !== null) return problem;
  }
  return layout;
}
