export interface TruncationSyncInput {
  /**
   * `truncate`: the replica was told to. `recover`: a segment was verified at start, and maybe cut; or the process had
   * cut it and crashed before the sync.
   */
  readonly reason: 'truncate' | 'recover';
}

/**
 * Whether a file that was cut is synced, and the directory when files went, before anything is appended there. Kafka
 * leaves it to the file system, which orders a truncation before the writes that follow it. A disk that may lose the
 * one and keep the others would bring back single old batches between new ones, each with a valid CRC and offset
 * (the same care that KAFKA-16541 takes with the epoch checkpoint).
 */
export function syncsTruncation(_: TruncationSyncInput): boolean {
  return true;
}
