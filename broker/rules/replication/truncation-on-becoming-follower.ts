/**
 * Where a replica truncates its log when it becomes a follower, before the leader has answered (KIP-101,
 * KAFKA-1211, KIP-595): nowhere. Only a log without any leader epoch is truncated to its high watermark.
 */
export interface BecomingFollowerInput {
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** The epoch of the last record; −1: none known. */
  readonly latestEpoch: number;
  readonly leaderEpoch: number;
}

/** The offset to truncate to; null: the log stays as it is. */
export function truncationOnBecomingFollower(input: BecomingFollowerInput): number | null {
  return input.latestEpoch < 0 && input.logEndOffset > input.highWatermark ? input.highWatermark : null;
}
