import type { ErrorName } from '../errors.js';

/** IncrementalAlterConfigs (key 44; KIP-339), at the controller; SET (0) and DELETE (1) on topics and brokers. */
export interface IncrementalAlterConfigsRequest {
  readonly resources: readonly {
    /** 2 topic, 4 broker (name '' is the cluster-wide default). */
    readonly resourceType: 2 | 4;
    readonly resourceName: string;
    readonly configs: readonly {
      readonly name: string;
      readonly configOperation: 0 | 1;
      readonly value: string | null;
    }[];
  }[];
  readonly validateOnly: boolean;
}

export interface IncrementalAlterConfigsResponse {
  readonly throttleTimeMs: number;
  readonly responses: readonly {
    readonly errorCode: ErrorName;
    readonly errorMessage: string | null;
    readonly resourceType: number;
    readonly resourceName: string;
  }[];
}
