/**
 * DescribeTopicPartitions (key 75; KIP-966; kafka.server.handlers.DescribeTopicPartitionsRequestHandler), from this
 * broker's own image: the topics in the order of their names, from the cursor on, up to the limit of partitions.
 *
 * Eligible leader replicas are empty, because this cluster has `eligible.leader.replicas.version` 0.
 */
import type { MetadataImage, TopicImage } from '../metadata/metadata-image.js';
import {
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  describeTopicPartitionsApi,
} from '../protocol/apis/75-describe-topic-partitions.js';
import { TOPIC_OPERATIONS } from '../protocol/authorized-operations.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { isInternalTopic, topicNameProblem } from '../protocol/topic-name.js';
import type { BrokerServices } from './broker-services.js';
import { describePartition } from './topic-descriptions.js';

type TopicResponse = DescribeTopicPartitionsResponse['topics'][number];
type Cursor = DescribeTopicPartitionsResponse['nextCursor'];

export function handleDescribeTopicPartitions(
  services: BrokerServices,
  request: DescribeTopicPartitionsRequest,
): DescribeTopicPartitionsResponse {
  const { image } = services.lifecycle;
  const { cursor } = request;
  const isForAll = request.topics.length === 0;
  const asked = isForAll ? [...image.topics.keys()] : request.topics.map(({ name }) => name);
  const names = [...new Set(asked)].filter((name) => cursor === null || name >= cursor.topicName).sort();
  // Kafka looks into the cursor of a topic without a name, where there is none.
  if (cursor === null && names.includes(''))
    return describeTopicPartitionsApi.errorResponse(request, 'UNKNOWN_SERVER_ERROR');
  const isCursorMissing = cursor !== null && !isForAll && !names.includes(cursor.topicName);
  if (isCursorMissing || (cursor !== null && cursor.partitionIndex < 0))
    return describeTopicPartitionsApi.errorResponse(request, 'INVALID_REQUEST');
  const limit = services.replicas.context.config['max.request.partition.size.limit'];
  const page = new Page(image, Math.max(1, Math.min(limit, request.responsePartitionLimit)));
  for (const name of names) {
    if (page.isFull(name)) break;
    page.add(name, name === cursor?.topicName ? cursor.partitionIndex : 0);
  }
  return { throttleTimeMs: 0, topics: page.topics, nextCursor: page.nextCursor };
}

class Page {
  readonly topics: TopicResponse[] = [];
  nextCursor: Cursor = null;
  readonly #image: MetadataImage;
  #room: number;

  constructor(image: MetadataImage, room: number) {
    this.#image = image;
    this.#room = room;
  }

  /** True, with the cursor at `name`, if no further partition fits. */
  isFull(name: string): boolean {
    if (this.nextCursor !== null) return true;
    if (this.#room > 0) return false;
    this.nextCursor = { topicName: name, partitionIndex: 0 };
    return true;
  }

  add(name: string, firstPartition: number): void {
    const topic = this.#image.topics.get(name);
    if (topic === undefined) this.topics.push(unknown(name));
    else this.#addKnown(topic, firstPartition);
  }

  #addKnown({ name, topicId, partitions }: TopicImage, firstPartition: number): void {
    const end = Math.min(partitions.length, firstPartition + this.#room);
    const shown = partitions.slice(firstPartition, end);
    this.#room -= shown.length;
    if (end < partitions.length) this.nextCursor = { topicName: name, partitionIndex: end };
    this.topics.push({
      errorCode: 'NONE',
      name,
      topicId,
      isInternal: isInternalTopic(name),
      partitions: shown.map((partition) => ({
        ...describePartition(this.#image, partition),
        eligibleLeaderReplicas: [],
        lastKnownElr: [],
      })),
      topicAuthorizedOperations: TOPIC_OPERATIONS,
    });
  }
}

const unknown = (name: string): TopicResponse => ({
  errorCode: topicNameProblem(name) === null ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION',
  name,
  topicId: ZERO_UUID,
  isInternal: isInternalTopic(name),
  partitions: [],
  topicAuthorizedOperations: TOPIC_OPERATIONS,
});
