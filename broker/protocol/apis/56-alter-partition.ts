import type { ErrorName } from '../errors.js';

/** AlterPartition (key 56; KIP-497, KIP-903): a leader proposes a new ISR to the controller, with broker epochs. */
export interface AlterPartitionRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly leaderEpoch: number;
      readonly newIsrWithEpochs: readonly { readonly brokerId: number; readonly brokerEpoch: number }[];
      readonly leaderRecoveryState: 0 | 1;
      readonly partitionEpoch: number;
    }[];
  }[];
}

export interface AlterPartitionResponse {
  readonly throttleTimeMs: number;
  /** NOT_CONTROLLER, STALE_BROKER_EPOCH … */
  readonly errorCode: ErrorName;
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: ErrorName;
      readonly leaderId: number;
      readonly leaderEpoch: number;
      readonly isr: readonly number[];
      readonly leaderRecoveryState: 0 | 1;
      readonly partitionEpoch: number;
    }[];
  }[];
}
