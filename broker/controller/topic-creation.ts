/**
 * Decides CreateTopics (org.apache.kafka.controller.ReplicationControlManager#createTopics,
 * kafka.server.ControllerApis#createTopics). The first ISR contains the replicas whose brokers are active, and the first of
 * them is the leader. Topics that a request names twice, and the metadata log, are answered last.
 */

import { type Settings, topicSettingsProblem } from '../config/check-settings.js';
import { describeTopicSettings } from '../config/described-settings.js';
import type { Random } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { CreateTopicsRequest, CreateTopicsResponse } from '../protocol/apis/19-create-topics.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import { repeatedIn } from '../protocol/repeated.js';
import { uuidOf, ZERO_UUID } from '../protocol/schema/uuid.js';
import {
  CLUSTER_METADATA_TOPIC,
  collisionKey,
  isInternalTopic,
  topicNameProblem,
} from '../protocol/topic-name.js';
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

export interface TopicCreationOptions {
  readonly image: MetadataImage;
  readonly random: Random;
  /** num.partitions */
  readonly defaultPartitions: number;
  /** default.replication.factor */
  readonly defaultReplicationFactor: number;
  /** This node, whose settings the response shows. */
  readonly nodeId: number;
  /** The broker-wide defaults in the properties of this process, under the names that brokers use. */
  readonly processDefaults: ReadonlyMap<string, string>;
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

/**
 * `checksSettings`: false for the topics with which a cluster begins. Their settings are those of the process, and may be
 * smaller than Kafka permits a client to choose.
 */
export function createTopics(
  request: CreateTopicsRequest,
  options: TopicCreationOptions,
  checksSettings: boolean,
): Decision<CreateTopicsResponse> {
  const repeated = repeatedIn(request.topics.map(({ name }) => name));
  const wanted = request.topics.filter(({ name }) => !repeated.has(name) && name !== CLUSTER_METADATA_TOPIC);
  const refused = [
    ...[...repeated].map((name) => failed(name, refuse('INVALID_REQUEST', 'Duplicate topic name.'))),
    ...request.topics
      .filter(({ name }) => name === CLUSTER_METADATA_TOPIC && !repeated.has(name))
      .map(({ name }) =>
        failed(name, refuse('INVALID_REQUEST', `Creation of internal topic ${name} is prohibited.`)),
      ),
  ];
  const { records, topics } = create(wanted, options, checksSettings);
  return {
    records: request.validateOnly ? [] : records,
    response: { throttleTimeMs: 0, topics: [...topics, ...refused] },
  };
}

function create(
  wanted: readonly NewTopic[],
  options: TopicCreationOptions,
  checksSettings: boolean,
): { readonly records: readonly MetadataRecord[]; readonly topics: readonly Result[] } {
  const records: MetadataRecord[] = [];
  const count = wanted.reduce((sum, topic) => sum + partitionsOf(topic, options), 0);
  if (count > PARTITIONS_MAX) {
    const tooMany = refuse('POLICY_VIOLATION', 'Excessively large number of partitions per request.');
    return { records, topics: wanted.map(({ name }) => failed(name, tooMany)) };
  }
  const byCollisionKey = new Map([...options.image.topics.keys()].map((name) => [collisionKey(name), name]));
  const topics = wanted.map((topic): Result => {
    const { name } = topic;
    const settings: Settings = new Map(topic.configs.map((config) => [config.name, config.value]));
    const layout =
      checkName(name, options.image, byCollisionKey) ??
      (checksSettings ? checkSettings(settings, isInternalTopic(name)) : null) ??
      layOut(topic, options);
    if ('errorCode' in layout) return failed(name, layout);
    byCollisionKey.set(collisionKey(name), name);
    const topicId = addRecords(name, settings, layout, options, records);
    return {
      ...NO_RESULT,
      name,
      topicId,
      numPartitions: layout.length,
      replicationFactor: layout[0]?.length ?? 0,
      configs: checksSettings && !isInternalTopic(name) ? shownSettings(settings, options) : [],
    };
  });
  return { records, topics };
}

const failed = (name: string, refusal: Refusal): Result => ({ ...NO_RESULT, name, ...refusal });

function partitionsOf({ assignments, numPartitions }: NewTopic, options: TopicCreationOptions): number {
  if (assignments.length > 0) return assignments.length;
  return numPartitions === -1 ? options.defaultPartitions : Math.max(0, numPartitions);
}

function checkName(
  name: string,
  image: MetadataImage,
  byCollisionKey: ReadonlyMap<string, string>,
): Refusal | null {
  const problem = topicNameProblem(name);
  if (problem !== null) return refuse('INVALID_TOPIC_EXCEPTION', problem);
  if (image.topics.has(name)) return refuse('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
  const other = byCollisionKey.get(collisionKey(name));
  if (other === undefined) return null;
  return refuse('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${other}`);
}

/** Kafka's own topics have the settings that their coordinators need, also those that are not modelled. */
function checkSettings(settings: Settings, isInternal: boolean): Refusal | null {
  const nulls = [...settings].filter(([, value]) => value === null).map(([name]) => name);
  if (nulls.length > 0) {
    return refuse('INVALID_CONFIG', `Null value not supported for topic configs: ${nulls.join(',')}`);
  }
  const problem = isInternal ? null : topicSettingsProblem(settings, new Map());
  return problem === null ? null : refuse('INVALID_CONFIG', problem);
}

function layOut(topic: NewTopic, options: TopicCreationOptions): Layout | Refusal {
  return topic.assignments.length > 0
    ? layOutAsAssigned(topic, options.image)
    : layOutBalanced(topic, options);
}

function layOutAsAssigned(topic: NewTopic, image: MetadataImage): Layout | Refusal {
  const misfit = (what: string) =>
    refuse('INVALID_REQUEST', `A manual partition assignment was specified, but ${what} was not set to -1.`);
  if (topic.replicationFactor !== -1) return misfit('replication factor');
  if (topic.numPartitions !== -1) return misfit('numPartitions');
  const byPartition = new Map<number, readonly number[]>();
  let replicationFactor: number | null = null;
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (byPartition.has(partitionIndex)) {
      return refuse(
        'INVALID_REPLICA_ASSIGNMENT',
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      );
    }
    const problem =
      assignmentProblem(brokerIds, replicationFactor, image) ??
      inactiveProblem(partitionIndex, brokerIds, image);
    if (problem !== null) return problem;
    replicationFactor = brokerIds.length;
    byPartition.set(partitionIndex, brokerIds);
  }
  const layout = topic.assignments.map((_, partitionId) => byPartition.get(partitionId) ?? []);
  if (layout.every((replicas) => replicas.length > 0)) return layout;
  return refuse('INVALID_REPLICA_ASSIGNMENT', 'partitions should be a consecutive 0-based integer sequence');
}

function layOutBalanced(topic: NewTopic, options: TopicCreationOptions): Layout | Refusal {
  if (topic.replicationFactor < -1 || topic.replicationFactor === 0) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    );
  }
  if (topic.numPartitions < -1 || topic.numPartitions === 0) {
    return refuse('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.');
  }
  const partitionsCount = partitionsOf(topic, options);
  const replicationFactor =
    topic.replicationFactor === -1 ? options.defaultReplicationFactor : topic.replicationFactor;
  const layout = placeBalanced({ firstPartition: 0, partitionsCount, replicationFactor }, options);
  if (!('errorCode' in layout)) return layout;
  return refuse(
    layout.errorCode,
    `Unable to replicate the partition ${replicationFactor} time(s): ${layout.errorMessage}`,
  );
}

function addRecords(
  name: string,
  settings: Settings,
  layout: Layout,
  { image, random }: TopicCreationOptions,
  records: MetadataRecord[],
): string {
  const topicId = newTopicId(random);
  records.push({ type: 'TopicRecord', name, topicId });
  for (const [key, value] of settings) {
    records.push({ type: 'ConfigRecord', resourceType: 2, resourceName: name, name: key, value });
  }
  for (const [partitionId, replicas] of layout.entries()) {
    records.push(newPartition(topicId, partitionId, replicas, image));
  }
  return topicId;
}

/** The settings that apply to the topic (KIP-525). A value of the topic is shown as it was given. */
function shownSettings(
  settings: Settings,
  { image, nodeId, processDefaults }: TopicCreationOptions,
): Result['configs'] {
  const own = new Map([...settings].flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  const levels = {
    broker: image.overrides(4, String(nodeId)),
    allBrokers: image.overrides(4, ''),
    process: processDefaults,
  };
  return describeTopicSettings(own, levels).map(({ name, value, source, isSensitive }) => ({
    name,
    value: own.get(name) ?? value,
    readOnly: false,
    configSource: source,
    isSensitive,
  }));
}

const newTopicId = (random: Random): string =>
  uuidOf([
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
    random.nextInt(2 ** 31),
  ]);
