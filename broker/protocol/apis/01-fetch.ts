import type { ErrorName } from '../errors.js';

/**
 * Fetch (key 1), by consumers (`replicaId` −1), followers, and observers of the metadata log. Sessions as in KIP-227;
 * epochs and truncation-on-fetch as in KIP-320 and KIP-595 (`lastFetchedEpoch` up, `divergingEpoch` down).
 */
export interface FetchRequest {
  /** −1 for consumers. */
  readonly replicaId: number;
  /** The follower's broker epoch (KIP-903), −1 for consumers. */
  readonly replicaEpoch: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: 0 | 1;
  /** 0 and epoch 0 ask for a new session; 0 and −1 for a full fetch without one. */
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchPartition[] }[];
  readonly forgottenTopicsData: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface FetchPartition {
  readonly partition: number;
  /** −1: unknown, no epoch check. */
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  /** The epoch of the last record the follower has, −1 when its log is empty. */
  readonly lastFetchedEpoch: number;
  /** The follower's log start offset, −1 for consumers. */
  readonly logStartOffset: number;
  readonly partitionMaxBytes: number;
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly FetchPartitionData[];
  }[];
}

export interface FetchPartitionData {
  readonly partitionIndex: number;
  readonly errorCode: ErrorName;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Set when the follower's (lastFetchedEpoch, fetchOffset) is not on the leader's history. */
  readonly divergingEpoch?: { readonly epoch: number; readonly endOffset: number } | undefined;
  readonly currentLeader?: { readonly leaderId: number; readonly leaderEpoch: number } | undefined;
  /** Whole record batches, the first perhaps starting below the fetch offset; null when there are none. */
  readonly records: Uint8Array | null;
}
