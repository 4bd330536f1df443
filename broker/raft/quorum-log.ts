/**
 * The metadata log `__cluster_metadata` as seen by the leader of its quorum (KIP-595, KIP-631). The quorum behind
 * this interface may have one voter or many; the controller does not know.
 *
 * - `append` adds a batch to the log at once and returns its base offset. The high watermark shows when the batch is
 *   committed. Batches are atomic and commit in order. Null: this voter does not lead in that epoch, and nothing was
 *   appended.
 * - A leader appends a record at once when its epoch begins, because the records of earlier epochs commit only with a
 *   record of its own epoch.
 * - `read` serves observers, up to the high watermark.
 */
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { MetadataBatch } from './metadata-batch.js';

export interface QuorumLog {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** The end offset (exclusive) of the log as appended. */
  readonly endOffset: number;
  /** The end offset (exclusive) of the committed records; never goes back. */
  readonly highWatermark: number;
  append(leaderEpoch: number, records: readonly MetadataRecord[]): number | null;
  read(fetchOffset: number, lastFetchedEpoch: number, recordsMax: number): MetadataRead;
}

export type MetadataRead =
  | { readonly type: 'batches'; readonly batches: readonly MetadataBatch[] }
  /** The reader's log is not a prefix of this log. The two agree at most up to `endOffset`. */
  | { readonly type: 'diverging'; readonly epoch: number; readonly endOffset: number };

export interface QuorumLogListener {
  /**
   * This voter leads. `batches` is the whole log, to be replayed in order before any append. Batches below
   * `knownCommittedOffset` were already reported by `onHighWatermark`, here or by an earlier leader. Later batches
   * may not have been.
   */
  onLeader(log: QuorumLog, batches: readonly MetadataBatch[], knownCommittedOffset: number): void;
  /** Another voter leads in `leaderEpoch`, or no voter does. It may be the epoch in which this voter led. */
  onResigned(leaderEpoch: number): void;
  onHighWatermark(highWatermark: number): void;
}
