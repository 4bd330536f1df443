/**
 * Where a follower truncates its log after the leader answered where the two logs diverge (KIP-101,
 * KIP-279, KIP-320). The follower's own high watermark is never that point, because it lags the leader's by
 * a round trip.
 */
import type { EpochEnd, EpochEntry } from '../log/epoch-end-offset.js';

export interface TruncationPointInput {
  /**
   * The leader's answer: the largest epoch ≤ the follower's that the leader has, and its end offset. Both
   * −1: the leader has none.
   */
  readonly leaderEnd: EpochEnd;
  /** The follower's own answer for the epoch that the leader named. */
  readonly localEnd: EpochEnd;
  /** All epochs of the follower's log, ascending. */
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
}

/**
 * The offset to truncate to. At or above the log end offset: nothing to truncate. The next fetch may lead
 * to another truncation.
 */
export function truncationPoint(input: TruncationPointInput): number {
  const { leaderEnd, localEnd, logEndOffset } = input;
  if (leaderEnd.endOffset < 0) return Math.min(input.highWatermark, logEndOffset);
  if (leaderEnd.leaderEpoch < 0 || localEnd.leaderEpoch < 0)
    return Math.min(leaderEnd.endOffset, logEndOffset);
  if (localEnd.leaderEpoch !== leaderEnd.leaderEpoch) return Math.min(localEnd.endOffset, logEndOffset);
  return Math.min(leaderEnd.endOffset, localEnd.endOffset, logEndOffset);
}
