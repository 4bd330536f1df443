import type { ErrorName } from '../errors.js';
import type { MetadataRecord } from '../metadata-records.js';

/**
 * How a broker follows the metadata log `__cluster_metadata` as an observer: Fetch (key 1) on that topic. Its records
 * are still typed values here; the fields are those of Fetch. The controller holds the request for up to `maxWaitMs`
 * when there is nothing new.
 */
export interface MetadataLogFetchRequest {
  readonly replicaId: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly maxWaitMs: number;
}

export interface MetadataLogFetchResponse {
  readonly errorCode: ErrorName;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** Committed end of the metadata log (exclusive). */
  readonly highWatermark: number;
  readonly divergingEpoch?: { readonly epoch: number; readonly endOffset: number };
  /** Committed batches from `fetchOffset`. The records of one batch are applied together. */
  readonly batches: readonly {
    readonly baseOffset: number;
    readonly leaderEpoch: number;
    readonly records: readonly MetadataRecord[];
  }[];
}
