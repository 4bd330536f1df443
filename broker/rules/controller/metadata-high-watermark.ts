/**
 * The high watermark of the metadata log (KIP-595;
 * org.apache.kafka.raft.LeaderState#maybeUpdateHighWatermark). It is the highest offset that a majority of
 * voters has synced to disk, and it advances only once a record of the leader's own epoch is below it. A
 * single voter is the majority. The metadata log is synced before its records count as committed; the logs
 * of topics are not.
 */
export interface MetadataProgress {
  /** The high watermark never goes back. */
  readonly highWatermark: number;
  /** The log end offset of the leader, synced or not. */
  readonly endOffset: number;
  /** The synced end offset of each voter, the leader included. */
  readonly syncedEndOffsets: readonly number[];
  /** The offset at which the leader's epoch began. */
  readonly epochStartOffset: number;
}

export function metadataHighWatermark(progress: MetadataProgress): number {
  const { highWatermark, syncedEndOffsets, epochStartOffset } = progress;
  const descending = [...syncedEndOffsets].sort((left, right) => right - left);
  const agreed = descending[Math.floor(descending.length / 2)] ?? 0;
  return agreed > epochStartOffset ? Math.max(agreed, highWatermark) : highWatermark;
}
