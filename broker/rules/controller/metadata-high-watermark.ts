/**
 * How far the metadata log is committed (KIP-595; org.apache.kafka.raft.LeaderState#maybeUpdateHighWatermark): as far as a
 * majority of voters has it on disk, and with a record of the leader's own epoch. Alone, the leader is the majority. Unlike
 * the logs of topics, this one is synced before it counts.
 */
export interface MetadataProgress {
  /** Never goes back. */
  readonly highWatermark: number;
  /** The leader's log as appended. */
  readonly endOffset: number;
  /** How far each voter, the leader among them, has synced it. */
  readonly syncedEndOffsets: readonly number[];
  /** Where the leader's epoch began. */
  readonly epochStartOffset: number;
}

export function metadataHighWatermark(progress: MetadataProgress): number {
  const { highWatermark, syncedEndOffsets, epochStartOffset } = progress;
  const descending = [...syncedEndOffsets].sort((left, right) => right - left);
  const agreed = descending[Math.floor(descending.length / 2)] ?? 0;
  return agreed > epochStartOffset ? Math.max(agreed, highWatermark) : highWatermark;
}
