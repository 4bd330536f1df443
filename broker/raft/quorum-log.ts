/**
 * The metadata log `__cluster_metadata` as the leader of its quorum sees it (KIP-595, KIP-631). What stands behind
 * this interface may be one voter or many; the controller cannot tell.
 *
 * - `append` takes a batch into the log at once and gives its base offset; whether it is committed shows in the high
 *   watermark. Batches are atomic and commit in order. Null: this voter does not lead in that epoch, and nothing is appended.
 * - Whoever leads appends a record at once when its epoch begins: only with it do the records of earlier epochs commit.
 * - `read` serves observers, and no further than the high watermark.
 */
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { MetadataBatch } from './metadata-batch.js';

export interface QuorumLog {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** Of the log as appended (exclusive). */
  readonly endOffset: number;
  /** Of what is committed (exclusive); never goes back. */
  readonly highWatermark: number;
  append(leaderEpoch: number, records: readonly MetadataRecord[]): number | null;
  read(fetchOffset: number, lastFetchedEpoch: number, recordsMax: number): MetadataRead;
}

export type MetadataRead =
  | { readonly type: 'batches'; readonly batches: readonly MetadataBatch[] }
  /** The reader's log is not a prefix of this one: they agree at most up to `endOffset`. */
  | { readonly type: 'diverging'; readonly epoch: number; readonly endOffset: number };

export interface QuorumLogListener {
  /**
   * This voter leads; `batches` is the whole log, replayed in order before anything is appended. Those below
   * `knownCommittedOffset` had been reported by `onHighWatermark` already, here or by an earlier leader; the rest may not.
   */
  onLeader(log: QuorumLog, batches: readonly MetadataBatch[], knownCommittedOffset: number): void;
  /** Another voter leads in `leaderEpoch`, or none does; it may be the epoch in which this voter led. */
  onResigned(leaderEpoch: number): void;
  onHighWatermark(highWatermark: number): void;
}
