import type { ErrorName } from '../errors.js';

/** CreateTopics (key 19), at the controller. */
export interface CreateTopicsRequest {
  readonly timeoutMs: number;
  readonly topics: readonly {
    readonly name: string;
    /** −1: from assignments or `num.partitions`. */
    readonly numPartitions: number;
    readonly replicationFactor: number;
    readonly assignments: readonly {
      readonly partitionIndex: number;
      readonly brokerIds: readonly number[];
    }[];
    readonly configs: readonly { readonly name: string; readonly value: string }[];
  }[];
}

export interface CreateTopicsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly {
    readonly name: string;
    readonly errorCode: ErrorName;
    readonly errorMessage: string | null;
    readonly numPartitions: number;
    readonly replicationFactor: number;
  }[];
}
