import type { ErrorName } from '../errors.js';

/** ElectLeaders (key 43; KIP-460), at the controller: preferred (0) or unclean (1) election on request. */
export interface ElectLeadersRequest {
  readonly electionType: 0 | 1;
  /** null: all partitions. */
  readonly topicPartitions:
    | readonly { readonly topic: string; readonly partitions: readonly number[] }[]
    | null;
  readonly timeoutMs: number;
}

export interface ElectLeadersResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly replicaElectionResults: readonly {
    readonly topic: string;
    readonly partitionResult: readonly {
      readonly partitionId: number;
      readonly errorCode: ErrorName;
      readonly errorMessage: string | null;
    }[];
  }[];
}
