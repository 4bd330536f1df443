/**
 * KIP-101, KIP-279, KIP-320: where a follower cuts its log after the leader said where their histories part. Never by
 * the follower's own high watermark, which lags the leader's by a round trip.
 */
import type { EpochEnd, EpochEntry } from '../log/epoch-end-offset.js';

export interface TruncationPointInput {
  /** The leader's answer: the largest epoch ≤ ours that it has, and that epoch's end. Both −1: it knows none. */
  readonly leaderEnd: EpochEnd;
  /** Our own answer to the leader's epoch. */
  readonly localEnd: EpochEnd;
  /** All epochs of our log, ascending. */
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
}

/** The offset to truncate to; at or above the log end: nothing to cut. Another round of fetching may cut more. */
export function truncationPoint(input: TruncationPointInput): number {
  const { leaderEnd, localEnd, logEndOffset } = input;
  if (leaderEnd.endOffset < 0) return Math.min(input.highWatermark, logEndOffset);
  if (leaderEnd.leaderEpoch < 0 || localEnd.leaderEpoch < 0)
    return Math.min(leaderEnd.endOffset, logEndOffset);
  if (localEnd.leaderEpoch !== leaderEnd.leaderEpoch) return Math.min(localEnd.endOffset, logEndOffset);
  return Math.min(leaderEnd.endOffset, localEnd.endOffset, logEndOffset);
}
