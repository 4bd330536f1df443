import type { BrokerRegistration } from './broker-registration.js';
import type { PartitionRegistration } from './partition-registration.js';

export interface PartitionDelta {
  /** The state before the whole delta; null: the delta created the partition. */
  readonly previous: PartitionRegistration | null;
  current: PartitionRegistration;
}

/** A removed topic, with its state before the delta. */
export interface RemovedTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: readonly PartitionRegistration[];
}

export interface BrokerDelta {
  readonly previous: BrokerRegistration | null;
  current: BrokerRegistration;
}

/**
 * The changes of a MetadataImage between two offsets. Several changes of one object are combined
 * (org.apache.kafka.image.MetadataDelta). Maps are in the order of the first change.
 */
export class MetadataDelta {
  /** The first offset applied, and the offset after the last one. */
  readonly baseOffset: number;
  endOffset: number;
  readonly createdTopics: string[] = [];
  /**
   * Topics removed, except those that the delta itself created. A topic of the same name may have been created since.
   */
  readonly removedTopics: RemovedTopic[] = [];
  /** By `<topic>-<partitionId>`. */
  readonly partitions = new Map<string, PartitionDelta>();
  readonly brokers = new Map<number, BrokerDelta>();
  /** Topics whose own settings changed. */
  readonly topicConfigs = new Set<string>();
  /**
   * Ids of the brokers whose settings changed; '' means all brokers. Broker settings are the defaults of every topic.
   */
  readonly brokerConfigs = new Set<string>();

  constructor(baseOffset: number) {
    this.baseOffset = baseOffset;
    this.endOffset = baseOffset;
  }

  partitionChanged(previous: PartitionRegistration | null, current: PartitionRegistration): void {
    const earlier = this.partitions.get(current.name);
    if (earlier === undefined) this.partitions.set(current.name, { previous, current });
    else earlier.current = current;
  }

  /** Drops the changes recorded so far for a topic that is removed. */
  topicRemoved(name: string, topicId: string, registrations: readonly PartitionRegistration[]): void {
    const partitions: PartitionRegistration[] = [];
    for (const registration of registrations) {
      const earlier = this.partitions.get(registration.name);
      this.partitions.delete(registration.name);
      if (earlier === undefined) partitions.push(registration);
      else if (earlier.previous !== null) partitions.push(earlier.previous);
    }
    this.topicConfigs.delete(name);
    const created = this.createdTopics.indexOf(name);
    if (created >= 0) this.createdTopics.splice(created, 1);
    else this.removedTopics.push({ name, topicId, partitions });
  }

  brokerChanged(brokerId: number, previous: BrokerRegistration | null, current: BrokerRegistration): void {
    const earlier = this.brokers.get(brokerId);
    if (earlier === undefined) this.brokers.set(brokerId, { previous, current });
    else earlier.current = current;
  }

  configChanged(resourceType: number, resourceName: string): void {
    if (resourceType === 2) this.topicConfigs.add(resourceName);
    else if (resourceType === 4) this.brokerConfigs.add(resourceName);
  }
}
