import type { ErrorName } from '../errors.js';

/**
 * Produce (key 0). Leaders only. `acks` −1 waits for the in-sync replicas, 1 for the leader's log, 0 gets no answer.
 * One record batch per partition (KIP-98). Not here yet: transactions, zstd and other compression, tagged node endpoints.
 */
export interface ProduceRequest {
  readonly transactionalId: string | null;
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  readonly topicData: readonly {
    readonly name: string;
    readonly partitionData: readonly { readonly index: number; readonly records: Uint8Array }[];
  }[];
}

export interface ProduceResponse {
  readonly responses: readonly {
    readonly name: string;
    readonly partitionResponses: readonly PartitionProduceResponse[];
  }[];
  readonly throttleTimeMs: number;
}

export interface PartitionProduceResponse {
  readonly index: number;
  readonly errorCode: ErrorName;
  /** −1 on error. */
  readonly baseOffset: number;
  /** −1 unless `message.timestamp.type=LogAppendTime`. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  readonly errorMessage: string | null;
  /** Version 10 (KIP-951): where the leader is now, after NOT_LEADER_OR_FOLLOWER. */
  readonly currentLeader?: { readonly leaderId: number; readonly leaderEpoch: number } | undefined;
}
