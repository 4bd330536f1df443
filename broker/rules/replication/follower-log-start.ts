export interface FollowerLogStartInput {
  readonly logStartOffset: number;
  /** The follower's own high watermark. */
  readonly highWatermark: number;
  /** In the leader's response; −1: the response does not state it. */
  readonly leaderLogStartOffset: number;
}

/**
 * The log start offset of a follower after a response of the leader (ReplicaFetcherThread#processPartitionData). It
 * follows the leader's, up to the follower's own high watermark, and never goes back.
 */
export function followerLogStart(input: FollowerLogStartInput): number {
  const { logStartOffset, leaderLogStartOffset } = input;
  return leaderLogStartOffset > logStartOffset && leaderLogStartOffset <= input.highWatermark
    ? leaderLogStartOffset
    : logStartOffset;
}
