/**
 * The state that results from the metadata log, on the controller and on every broker. Contract:
 *
 * - There is one image per process, and it is updated in place. `apply` costs as much as the records change, never a
 *   copy of all partitions. A reader must read the image within one event.
 * - The objects that it returns (PartitionRegistration, BrokerRegistration) are immutable. A change replaces the
 *   object, so an object may be kept, and compared by identity to detect a change.
 * - Equal logs give equal images: the image depends on nothing but the records and the rule of leader epochs.
 *
 * Kafka: org.apache.kafka.image.MetadataImage, org.apache.kafka.metadata.PartitionRegistration.
 */
import { type Properties, type TopicConfig, topicDefinitions } from '../config/definitions.js';
import { effectiveTopicConfig, topicDefaultsOf } from '../config/topic-synonyms.js';
import { endOffsetOf, type LogRecord, type MetadataBatch } from '../protocol/metadata-log-batch.js';
import type {
  BrokerRegistrationChangeRecord,
  ConfigRecord,
  PartitionChangeRecord,
  PartitionRecord,
  RegisterBrokerRecord,
  RemoveTopicRecord,
  TopicRecord,
} from '../protocol/metadata-records.js';
import { TopicIdPartitions } from '../protocol/topic-id-partition.js';
import type { ControllerRules } from '../rules/controller/index.js';
import type { BrokerRegistration } from './broker-registration.js';
import { MetadataDelta } from './metadata-delta.js';
import {
  mergePartitionChange,
  type PartitionRegistration,
  recoveryStateOf,
} from './partition-registration.js';

export interface TopicImage {
  readonly name: string;
  readonly topicId: string;
  /** By partition id, without gaps. */
  readonly partitions: readonly PartitionRegistration[];
}

export interface ImageOptions {
  readonly rules: Pick<ControllerRules, 'nextLeaderEpoch'>;
  /** The node whose own dynamic broker settings apply, in addition to the cluster-wide ones. */
  readonly nodeId: number;
  /** The topic settings of this process's own configuration, under the keys of topics. */
  readonly topicDefaults: Properties;
}

/** The records do not continue the applied ones: they belong to another log than this image. */
export class MetadataReplayError extends Error {
  override readonly name = 'MetadataReplayError';
}

interface MutableTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: PartitionRegistration[];
}

export class MetadataImage {
  /** The identities of partitions in this process, also of those that the image does not contain. */
  readonly identities = new TopicIdPartitions();
  readonly #options: ImageOptions;
  readonly #brokers = new Map<number, BrokerRegistration>();
  readonly #topics = new Map<string, MutableTopic>();
  readonly #partitions = new Map<string, PartitionRegistration>();
  readonly #configs = new Map<string, Map<string, string>>();
  readonly #topicsById = new Map<string, MutableTopic>();
  readonly #topicConfigs = new Map<string, TopicConfig>();
  readonly #featureLevels = new Map<string, number>();
  #endOffset = 0;
  #leaderEpoch = 0;
  #nextProducerId = 0;

  constructor(options: ImageOptions) {
    this.#options = options;
  }

  /** The offset after the last applied record. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** The quorum epoch of the last applied batch. */
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** The level of a feature, for example `metadata.version`; 0: not set. */
  featureLevel(name: string): number {
    return this.#featureLevels.get(name) ?? 0;
  }

  get nextProducerId(): number {
    return this.#nextProducerId;
  }

  /** In the order of their first registration. */
  get brokers(): ReadonlyMap<number, BrokerRegistration> {
    return this.#brokers;
  }

  /** In the order of their creation. */
  get topics(): ReadonlyMap<string, TopicImage> {
    return this.#topics;
  }

  /** By `<topic>-<partitionId>`, in the order of their creation. */
  get partitions(): ReadonlyMap<string, PartitionRegistration> {
    return this.#partitions;
  }

  topicById(topicId: string): TopicImage | undefined {
    return this.#topicsById.get(topicId);
  }

  partition(topic: string, partitionId: number): PartitionRegistration | undefined {
    return this.#topics.get(topic)?.partitions[partitionId];
  }

  /** The broker is registered, not fenced and not shutting down. */
  isBrokerActive(brokerId: number): boolean {
    const broker = this.#brokers.get(brokerId);
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
  }

  /** The overrides of a resource. Resource type 2: topic. Type 4: broker; the name '' means all brokers. */
  overrides(resourceType: 2 | 4, resourceName: string): ReadonlyMap<string, string> {
    return this.#configs.get(resourceKey(resourceType, resourceName)) ?? NO_OVERRIDES;
  }

  /**
   * The effective settings of a topic: its own overrides, then this broker's, the cluster's, the process's
   * configuration, and Kafka's defaults.
   */
  topicConfig(topic: string): TopicConfig {
    const known = this.#topicConfigs.get(topic);
    if (known !== undefined) return known;
    const config = effectiveTopicConfig([
      this.#options.topicDefaults,
      topicDefaultsOf(this.overrides(4, '')),
      topicDefaultsOf(this.overrides(4, String(this.#options.nodeId))),
      Object.fromEntries([...this.overrides(2, topic)].filter(([name]) => isModelled(name))),
    ]);
    this.#topicConfigs.set(topic, config);
    return config;
  }

  /** Applies whole batches, which must continue the applied ones, and adds their changes to `delta`. */
  apply(batches: readonly MetadataBatch[], delta = new MetadataDelta(this.#endOffset)): MetadataDelta {
    for (const batch of batches) {
      if (batch.baseOffset !== this.#endOffset) {
        throw new MetadataReplayError(
          `metadata batch at ${batch.baseOffset} does not follow on ${this.#endOffset}`,
        );
      }
      for (let index = 0; index < batch.records.length; index += 1) {
        const record = batch.records[index];
        if (record !== undefined) this.#replay(record, batch.baseOffset + index, delta);
      }
      this.#endOffset = endOffsetOf(batch);
      this.#leaderEpoch = batch.leaderEpoch;
    }
    delta.endOffset = this.#endOffset;
    return delta;
  }

  #replay(record: LogRecord, offset: number, delta: MetadataDelta): void {
    switch (record.type) {
      case 'RegisterBrokerRecord':
        this.#registerBroker(record, offset, delta);
        return;
      case 'BrokerRegistrationChangeRecord':
        this.#changeBroker(record, delta);
        return;
      case 'TopicRecord':
        this.#createTopic(record, delta);
        return;
      case 'RemoveTopicRecord':
        this.#removeTopic(record, delta);
        return;
      case 'PartitionRecord':
        this.#createPartition(record, delta);
        return;
      case 'PartitionChangeRecord':
        this.#changePartition(record, delta);
        return;
      case 'ConfigRecord':
        this.#changeConfig(record, delta);
        return;
      case 'ProducerIdsRecord':
        this.#nextProducerId = record.nextProducerId;
        return;
      case 'FeatureLevelRecord':
        this.#featureLevels.set(record.name, record.featureLevel);
        return;
      case 'NoOpRecord':
      case 'LeaderChangeMessage':
        return;
      default:
        throw new MetadataReplayError(`a ${record.type}, which this image has no state for`);
    }
  }

  #createTopic({ name, topicId }: TopicRecord, delta: MetadataDelta): void {
    if (this.#topics.has(name)) throw new MetadataReplayError(`topic ${name} exists already`);
    if (this.#topicsById.has(topicId)) throw new MetadataReplayError(`topic id ${topicId} is in use`);
    const topic: MutableTopic = { name, topicId, partitions: [] };
    this.#topics.set(name, topic);
    this.#topicsById.set(topicId, topic);
    delta.createdTopics.push(name);
  }

  #removeTopic({ topicId }: RemoveTopicRecord, delta: MetadataDelta): void {
    const topic = this.#topicsById.get(topicId);
    if (topic === undefined) throw new MetadataReplayError(`no topic with id ${topicId} to remove`);
    const { name, partitions } = topic;
    delta.topicRemoved(name, topicId, partitions);
    for (const partition of partitions) this.#partitions.delete(partition.name);
    this.#topics.delete(name);
    this.#topicsById.delete(topicId);
    this.#configs.delete(resourceKey(2, name));
    this.#topicConfigs.delete(name);
  }

  #registerBroker(record: RegisterBrokerRecord, offset: number, delta: MetadataDelta): void {
    const endPoint = record.endPoints[0];
    this.#setBroker(
      {
        brokerId: record.brokerId,
        brokerEpoch: record.brokerEpoch,
        incarnationId: record.incarnationId,
        host: endPoint?.host ?? '',
        port: endPoint?.port ?? -1,
        logDirs: record.logDirs,
        fenced: record.fenced,
        inControlledShutdown: record.inControlledShutdown,
        registrationOffset: offset,
      },
      delta,
    );
  }

  #changeBroker(record: BrokerRegistrationChangeRecord, delta: MetadataDelta): void {
    const previous = this.#brokers.get(record.brokerId);
    if (previous === undefined || previous.brokerEpoch !== record.brokerEpoch) {
      throw new MetadataReplayError(
        `no registration of broker ${record.brokerId} with epoch ${record.brokerEpoch} to change`,
      );
    }
    const { brokerId, brokerEpoch, incarnationId, host, port, logDirs, registrationOffset } = previous;
    // All fields are written out in the order of a new registration. A copy by spread would have another shape, and
    // leaders read this object at each fetch.
    this.#setBroker(
      {
        brokerId,
        brokerEpoch,
        incarnationId,
        host,
        port,
        logDirs,
        fenced: record.fenced === 0 ? previous.fenced : record.fenced === 1,
        inControlledShutdown: previous.inControlledShutdown || record.inControlledShutdown === 1,
        registrationOffset,
      },
      delta,
    );
  }

  #setBroker(registration: BrokerRegistration, delta: MetadataDelta): void {
    const { brokerId } = registration;
    delta.brokerChanged(brokerId, this.#brokers.get(brokerId) ?? null, registration);
    this.#brokers.set(brokerId, registration);
  }

  #createPartition(record: PartitionRecord, delta: MetadataDelta): void {
    const topic = this.#topicOf(record.topicId);
    if (record.partitionId !== topic.partitions.length) {
      throw new MetadataReplayError(
        `partition ${record.partitionId} of ${topic.name} does not follow on the last one`,
      );
    }
    const id = this.identities.of(topic.topicId, topic.name, record.partitionId);
    this.#setPartition(
      topic,
      {
        id,
        name: id.name,
        topic: topic.name,
        partitionId: record.partitionId,
        replicas: record.replicas,
        isr: record.isr,
        leader: record.leader,
        leaderEpoch: record.leaderEpoch,
        partitionEpoch: record.partitionEpoch,
        leaderRecoveryState: recoveryStateOf(record),
      },
      delta,
    );
  }

  #changePartition(record: PartitionChangeRecord, delta: MetadataDelta): void {
    const topic = this.#topicOf(record.topicId);
    const previous = topic.partitions[record.partitionId];
    if (previous === undefined)
      throw new MetadataReplayError(`no partition ${topic.name}-${record.partitionId} to change`);
    this.#setPartition(topic, mergePartitionChange(previous, record, this.#options.rules), delta);
  }

  #setPartition(topic: MutableTopic, registration: PartitionRegistration, delta: MetadataDelta): void {
    delta.partitionChanged(this.#partitions.get(registration.name) ?? null, registration);
    topic.partitions[registration.partitionId] = registration;
    this.#partitions.set(registration.name, registration);
  }

  #changeConfig(record: ConfigRecord, delta: MetadataDelta): void {
    const key = resourceKey(record.resourceType, record.resourceName);
    let overrides = this.#configs.get(key);
    if (overrides === undefined) {
      overrides = new Map();
      this.#configs.set(key, overrides);
    }
    if (record.value === null) overrides.delete(record.name);
    else overrides.set(record.name, record.value);
    delta.configChanged(record.resourceType, record.resourceName);
    if (record.resourceType === 2) this.#topicConfigs.delete(record.resourceName);
    else this.#topicConfigs.clear();
  }

  #topicOf(topicId: string): MutableTopic {
    const topic = this.#topicsById.get(topicId);
    if (topic === undefined) throw new MetadataReplayError(`no topic with id ${topicId}`);
    return topic;
  }
}

/** A topic may have settings of Kafka that have no effect here. */
const isModelled = (name: string): boolean => Object.hasOwn(topicDefinitions, name);

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

const resourceKey = (resourceType: number, resourceName: string): string => `${resourceType}/${resourceName}`;
