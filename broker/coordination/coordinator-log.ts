/**
 * The partition that holds a coordinator's records, as its leader sees it: `__cluster_metadata` for the controller,
 * a partition of `__consumer_offsets` or `__transaction_state` for the other coordinators.
 */
import type { ErrorName } from '../protocol/errors.js';

/** Records that were appended together and are replayed together. */
export interface CoordinatorBatch<R> {
  /** The offset of its first record. */
  readonly baseOffset: number;
  /** The epoch of the leader that appended it. */
  readonly leaderEpoch: number;
  readonly records: readonly R[];
}

export interface CoordinatorLog<R> {
  /** Everything below it is committed. It never goes back while this broker leads. */
  readonly highWatermark: number;
  /**
   * Appends one atomic batch behind all earlier ones and gives its base offset, or the error for which nothing was appended. A
   * log whose write completes later gives the offset at once; when that write fails, the log calls `Coordinator.appendFailed`, and
   * every batch behind the failed one fails with it.
   */
  append(leaderEpoch: number, records: readonly R[]): number | ErrorName;
  /** Reads the whole log, its uncommitted end included, batch by batch and in order; the calls may come later. */
  load(reader: CoordinatorLogReader<R>): void;
}

export interface CoordinatorLogReader<R> {
  /** False: the partition was unloaded, and nothing more is to be read. */
  onBatch(batch: CoordinatorBatch<R>): boolean;
  /** Once, behind the last batch or at the error. */
  onEnd(error: ErrorName | null): void;
}
