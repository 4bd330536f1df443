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
  /** The offset after the last record. Absent: no offset is missing between the records. */
  readonly endOffset?: number;
}

export interface CoordinatorLog<R> {
  /** Everything below it is committed. It never goes back while this broker leads. */
  readonly highWatermark: number;
  /**
   * Appends one atomic batch after all earlier ones. Returns its base offset, or the error for which nothing was
   * appended. A log whose write completes later returns the offset at once. If that write fails, the log calls
   * `Coordinator.appendFailed`, and every batch after the failed one fails with it.
   */
  append(leaderEpoch: number, records: readonly R[]): number | ErrorName;
  /**
   * Reads the whole log, including its uncommitted end, batch by batch and in order. The reader may be called later.
   */
  load(reader: CoordinatorLogReader<R>): void;
}

export interface CoordinatorLogReader<R> {
  /** Returns false when the partition was unloaded and no further batch must be read. */
  onBatch(batch: CoordinatorBatch<R>): boolean;
  /** Called once, after the last batch or at the error. */
  onEnd(error: ErrorName | null): void;
}
