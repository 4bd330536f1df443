/**
 * The high watermark of a follower: the leader's, limited by the follower's own log end offset. The
 * follower does not go back with a new leader whose high watermark still lags: committed records stay
 * committed (the reason behind KIP-207 too).
 */
export interface FollowerHighWatermarkInput {
  readonly currentHighWatermark: number;
  readonly leaderHighWatermark: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export function followerHighWatermark(input: FollowerHighWatermarkInput): number {
  const told = Math.min(input.leaderHighWatermark, input.logEndOffset);
  return Math.max(input.currentHighWatermark, told, input.logStartOffset);
}
