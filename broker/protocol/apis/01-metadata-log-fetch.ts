import type { ErrorName } from '../errors.js';
import type { MetadataRecord } from '../metadata-records.js';

/**
 * How a broker follows the metadata log `__cluster_metadata` as an observer: Fetch (key 1) on that topic. Until the
 * byte codec exists its records travel typed here; the fields are Fetch's. Held up to `maxWaitMs` when nothing is new.
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
  /** Committed batches from `fetchOffset`; the records of one batch apply together. */
  readonly batches: readonly {
    readonly baseOffset: number;
    readonly leaderEpoch: number;
    readonly records: readonly MetadataRecord[];
  }[];
}
