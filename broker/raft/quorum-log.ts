/**
 * The metadata log `__cluster_metadata` as seen by the leader of its quorum (KIP-595, KIP-631). The quorum behind
 * this interface may have one voter or many; the controller does not know.
 *
 * - `append` adds records to the log at once and returns the offset of the first one. The high watermark shows when
 *   they are committed. Records of one call are atomic and commit in order. Null: this voter does not lead in that
 *   epoch, and nothing was appended.
 * - The quorum begins each epoch with a LeaderChangeMessage, because the records of earlier epochs commit only with a
 *   record of the present one.
 * - `read` serves observers, up to the high watermark.
 */
import type { LogRecord, MetadataBatch } from '../protocol/metadata-log-batch.js';

export interface QuorumLog {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** The end offset (exclusive) of the log as appended. */
  readonly endOffset: number;
  /** The end offset (exclusive) of the committed records; never goes back. */
  readonly highWatermark: number;
  append(leaderEpoch: number, records: readonly LogRecord[]): number | null;
  read(fetchOffset: number, lastFetchedEpoch: number, bytesMax: number): MetadataRead;
}

export type MetadataRead =
  /** Whole record batches; possibly none. */
  | { readonly type: 'records'; readonly records: Uint8Array }
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
