export interface TruncationSyncInput {
  /**
   * `truncate`: the replica was asked to truncate. `recover`: a segment was verified at start and may have
   * been truncated, or an earlier process truncated it and crashed before the sync.
   */
  readonly reason: 'truncate' | 'recover';
}

/**
 * Whether a truncated file is synced before the next append, and the directory too when files were deleted.
 * Kafka relies on the file system, which orders a truncation before later writes. A disk that can lose the
 * truncation and keep the writes would bring back old batches between new ones, each with a valid CRC and
 * offset. KAFKA-16541 is as careful with the epoch checkpoint.
 */
export function syncsTruncation(_: TruncationSyncInput): boolean {
  return true;
}
