import type { ErrorName } from '../errors.js';

/** ListOffsets (key 2). Timestamps −1 latest (high watermark for consumers), −2 earliest; by-time search is not here yet. */
export interface ListOffsetsRequest {
  readonly replicaId: number;
  readonly isolationLevel: 0 | 1;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly currentLeaderEpoch: number;
      readonly timestamp: number;
    }[];
  }[];
}

export interface ListOffsetsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: ErrorName;
      readonly timestamp: number;
      readonly offset: number;
      readonly leaderEpoch: number;
    }[];
  }[];
}
