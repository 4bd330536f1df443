import type { ErrorName } from '../errors.js';

/** Metadata (key 3), from the answering broker's own metadata image, which may lag the controller's. */
export interface MetadataRequest {
  /** null: all topics. */
  readonly topics: readonly { readonly name: string }[] | null;
  readonly allowAutoTopicCreation: boolean;
}

export interface MetadataResponse {
  readonly throttleTimeMs: number;
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string;
  readonly controllerId: number;
  readonly topics: readonly {
    readonly errorCode: ErrorName;
    readonly name: string;
    readonly partitions: readonly {
      readonly errorCode: ErrorName;
      readonly partitionIndex: number;
      /** −1: none. */
      readonly leaderId: number;
      readonly leaderEpoch: number;
      readonly replicaNodes: readonly number[];
      readonly isrNodes: readonly number[];
      readonly offlineReplicas: readonly number[];
    }[];
  }[];
}
