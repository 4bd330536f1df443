/**
 * The records of the metadata log `__cluster_metadata`, with the names and fields of Kafka's `metadata/` schemas.
 * Metadata changes only by replaying these records in order, on the controller and on every broker.
 */
export type MetadataRecord =
  | RegisterBrokerRecord
  | BrokerRegistrationChangeRecord
  | TopicRecord
  | RemoveTopicRecord
  | PartitionRecord
  | PartitionChangeRecord
  | ConfigRecord
  | ProducerIdsRecord
  | NoOpRecord;

export interface RegisterBrokerRecord {
  readonly type: 'RegisterBrokerRecord';
  readonly brokerId: number;
  readonly incarnationId: string;
  /** The offset of this record in the metadata log: it is monotone, so it serves as a fencing token. */
  readonly brokerEpoch: number;
  readonly host: string;
  readonly port: number;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

export interface BrokerRegistrationChangeRecord {
  readonly type: 'BrokerRegistrationChangeRecord';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  /** 1 now fenced, −1 now unfenced, 0 no change. */
  readonly fenced: -1 | 0 | 1;
  readonly inControlledShutdown: 0 | 1;
}

export interface TopicRecord {
  readonly type: 'TopicRecord';
  readonly name: string;
  readonly topicId: string;
}

/**
 * Removes the topic with its partitions and settings. A topic created again under its name is another topic. Nothing
 * appends this record yet: DeleteTopics is not served as long as brokers do not delete replicas.
 */
export interface RemoveTopicRecord {
  readonly type: 'RemoveTopicRecord';
  readonly topicId: string;
}

export interface PartitionRecord {
  readonly type: 'PartitionRecord';
  readonly topic: string;
  readonly partitionId: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

/** Absent fields are unchanged. A leader change raises leaderEpoch; every change raises partitionEpoch. */
export interface PartitionChangeRecord {
  readonly type: 'PartitionChangeRecord';
  readonly topic: string;
  readonly partitionId: number;
  readonly isr?: readonly number[];
  /** −1: no leader. */
  readonly leader?: number;
  /** 1: elected uncleanly, its log may lack committed records. */
  readonly leaderRecoveryState?: 0 | 1;
}

export interface ConfigRecord {
  readonly type: 'ConfigRecord';
  readonly resourceType: 2 | 4;
  readonly resourceName: string;
  readonly name: string;
  /** null removes the override. */
  readonly value: string | null;
}

export interface ProducerIdsRecord {
  readonly type: 'ProducerIdsRecord';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly nextProducerId: number;
}

export interface NoOpRecord {
  readonly type: 'NoOpRecord';
}
