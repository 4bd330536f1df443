import type { ErrorName } from '../errors.js';

/** OffsetForLeaderEpoch (key 23; KIP-101, KIP-279, KIP-320): the end of the largest epoch ≤ the one asked for. */
export interface OffsetForLeaderEpochRequest {
  readonly replicaId: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly currentLeaderEpoch: number;
      readonly leaderEpoch: number;
    }[];
  }[];
}

export interface OffsetForLeaderEpochResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly errorCode: ErrorName;
      readonly partition: number;
      /** −1 undefined. */
      readonly leaderEpoch: number;
      readonly endOffset: number;
    }[];
  }[];
}
