/**
 * KIP-101 (KAFKA-1211), KIP-595: what a replica cuts on becoming a follower, before it heard from the leader: nothing.
 * Only a log without any leader epoch falls back to its high watermark.
 */
export interface BecomingFollowerInput {
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** The epoch of the last record, −1: none known. */
  readonly latestEpoch: number;
  readonly leaderEpoch: number;
}

/** The offset to truncate to, null: leave the log as it is. */
export function truncationOnBecomingFollower(input: BecomingFollowerInput): number | null {
  return input.latestEpoch < 0 && input.logEndOffset > input.highWatermark ? input.highWatermark : null;
}
