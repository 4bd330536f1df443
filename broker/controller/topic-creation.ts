/**
 * Decides CreateTopics (org.apache.kafka.controller.ReplicationControlManager#createTopics). The first ISR contains
 * the replicas whose brokers are active, and the first of them is the leader.
 */

import type { Random } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { CreateTopicsRequest, CreateTopicsResponse } from '../protocol/apis/19-create-topics.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import { uuidOf, ZERO_UUID } from '../protocol/schema/uuid.js';
import { collisionKey, topicNameProblem } from '../protocol/topic-name.js';
import { checkTopicSetting } from './configuration-control.js';
import type { Decision } from './decision.js';
import { type Layout, newPartition, placeBalanced, type Refusal, refuse } from './new-partitions.js';

export interface TopicCreationOptions {
  readonly image: MetadataImage;
  readonly random: Random;
  /** num.partitions */
  readonly defaultPartitions: number;
  /** default.replication.factor */
  readonly defaultReplicationFactor: number;
}

type NewTopic = CreateTopicsRequest['topics'][number];
type Result = CreateTopicsResponse['topics'][number];

/** The result when no topic was created. */
const NO_RESULT: Result = {
  name: '',
  topicId: ZERO_UUID,
  errorCode: 'NONE',
  errorMessage: null,
  topicConfigErrorCode: 'NONE',
  numPartitions: -1,
  replicationFactor: -1,
  configs: [],
};

export function createTopics(
  request: CreateTopicsRequest,
  options: TopicCreationOptions,
): Decision<CreateTopicsResponse> {
  const records: MetadataRecord[] = [];
  const collisionKeys = new Set([...options.image.topics.keys()].map(collisionKey));
  const topics = request.topics.map((topic, at): Result => {
    const isNamedTwice = request.topics.some((other, index) => index !== at && other.name === topic.name);
    const layout = isNamedTwice
      ? refuse('INVALID_REQUEST', 'Duplicate topic name.')
      : (checkName(topic.name, options.image, collisionKeys) ??
        checkConfigs(topic) ??
        layOut(topic, options));
    if ('errorCode' in layout) {
      return { ...NO_RESULT, name: topic.name, ...layout };
    }
    collisionKeys.add(collisionKey(topic.name));
    const topicId = addRecords(topic, layout, options, records);
    const replicationFactor = layout[0]?.length ?? 0;
    return {
      ...NO_RESULT,
      name: topic.name,
      topicId,
      numPartitions: layout.length,
      replicationFactor,
    };
  });
  return { records, response: { throttleTimeMs: 0, topics } };
}

function checkName(name: string, image: MetadataImage, collisionKeys: ReadonlySet<string>): Refusal | null {
  if (image.topics.has(name)) return refuse('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
  const problem = topicNameProblem(name);
  if (problem !== null) return refuse('INVALID_TOPIC_EXCEPTION', problem);
  if (collisionKeys.has(collisionKey(name))) {
    return refuse('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with an existing topic.`);
  }
  return null;
}

function checkConfigs(topic: NewTopic): Refusal | null {
  for (const { name, value } of topic.configs) {
    const problem = value === null ? `No value for '${name}'.` : checkTopicSetting(name, value);
    if (problem !== null) return refuse('INVALID_REQUEST', problem);
  }
  return null;
}

function layOut(topic: NewTopic, options: TopicCreationOptions): Layout | Refusal {
  return topic.assignments.length > 0
    ? layOutAsAssigned(topic, options.image)
    : layOutBalanced(topic, options);
}

function layOutAsAssigned(topic: NewTopic, image: MetadataImage): Layout | Refusal {
  if (topic.replicationFactor !== -1 || topic.numPartitions !== -1) {
    return refuse('INVALID_REQUEST', 'With assignments, numPartitions and replicationFactor must be -1.');
  }
  const byPartition = new Map(
    topic.assignments.map((assigned) => [assigned.partitionIndex, assigned.brokerIds]),
  );
  const layout: (readonly number[])[] = [];
  for (let partitionId = 0; partitionId < topic.assignments.length; partitionId += 1) {
    const replicas = byPartition.get(partitionId);
    if (replicas === undefined)
      return refuse('INVALID_PARTITIONS', 'Partition ids must be consecutive from 0.');
    const isSound = replicas.length > 0 && replicas.length === (layout[0] ?? replicas).length;
    if (!isSound || new Set(replicas).size !== replicas.length) {
      return refuse(
        'INVALID_REQUEST',
        `The assignment of partition ${partitionId} is empty, uneven or repeats a broker.`,
      );
    }
    const unknown = replicas.find((replica) => !image.brokers.has(replica));
    if (unknown !== undefined) return refuse('INVALID_REQUEST', `Broker ${unknown} is not registered.`);
    if (!replicas.some((replica) => image.isBrokerActive(replica))) {
      return refuse(
        'INVALID_REQUEST',
        `All brokers of partition ${partitionId} are fenced or shutting down.`,
      );
    }
    layout.push(replicas);
  }
  return layout;
}

function layOutBalanced(topic: NewTopic, options: TopicCreationOptions): Layout | Refusal {
  const partitionsCount = topic.numPartitions === -1 ? options.defaultPartitions : topic.numPartitions;
  const replicationFactor =
    topic.replicationFactor === -1 ? options.defaultReplicationFactor : topic.replicationFactor;
  if (partitionsCount <= 0) return refuse('INVALID_PARTITIONS', 'The number of partitions must be positive.');
  if (replicationFactor <= 0)
    return refuse('INVALID_REPLICATION_FACTOR', 'The replication factor must be positive.');
  return placeBalanced({ firstPartition: 0, partitionsCount, replicationFactor }, options);
}

function addRecords(
  topic: NewTopic,
  layout: Layout,
  { image, random }: TopicCreationOptions,
  records: MetadataRecord[],
): string {
  const topicId = newTopicId(random);
  records.push({ type: 'TopicRecord', name: topic.name, topicId });
  for (const { name, value } of topic.configs) {
    records.push({ type: 'ConfigRecord', resourceType: 2, resourceName: topic.name, name, value });
  }
  for (const [partitionId, replicas] of layout.entries()) {
    records.push(newPartition(topic.name, partitionId, replicas, image));
  }
  return topicId;
}

const newTopicId = (random: Random): string =>
  uuidOf([
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
  ]);
