/**
 * A follower believes the leader's high watermark as far as its own log reaches. It does not follow a fresh leader whose
 * own high watermark still lags: what was known to be committed stays so (KIP-207 has the same reason).
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
