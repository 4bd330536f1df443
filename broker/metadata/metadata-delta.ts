import type { BrokerRegistration } from './broker-registration.js';
import type { PartitionRegistration } from './partition-registration.js';

export interface PartitionDelta {
  /** As it was before the whole delta; null: created by it. */
  readonly previous: PartitionRegistration | null;
  current: PartitionRegistration;
}

export interface BrokerDelta {
  readonly previous: BrokerRegistration | null;
  current: BrokerRegistration;
}

/**
 * What changed in a MetadataImage between two offsets, several changes of one thing taken together
 * (org.apache.kafka.image.MetadataDelta). Maps are in the order of the first change.
 */
export class MetadataDelta {
  /** The first offset applied, and the offset behind the last. */
  readonly baseOffset: number;
  endOffset: number;
  readonly createdTopics: string[] = [];
  /** By `<topic>-<partitionId>`. */
  readonly partitions = new Map<string, PartitionDelta>();
  readonly brokers = new Map<number, BrokerDelta>();
  /** Topics whose own settings changed. */
  readonly topicConfigs = new Set<string>();
  /** Broker settings changed, of these ids; '' all brokers. They are the defaults of every topic. */
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

  brokerChanged(brokerId: number, previous: BrokerRegistration | null, current: BrokerRegistration): void {
    const earlier = this.brokers.get(brokerId);
    if (earlier === undefined) this.brokers.set(brokerId, { previous, current });
    else earlier.current = current;
  }

  configChanged(resourceType: 2 | 4, resourceName: string): void {
    (resourceType === 2 ? this.topicConfigs : this.brokerConfigs).add(resourceName);
  }
}
