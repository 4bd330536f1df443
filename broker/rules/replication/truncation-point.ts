/**
 * KIP-101, KIP-279, KIP-320: where a follower cuts its log after the leader said where their histories part. Never by
 * the follower's own high watermark, which lags the leader's by a round trip.
 */
import { type EpochEndOffset, type EpochEntry, endOffsetForEpoch } from './end-offset-for-epoch.js';

export interface TruncationPointInput {
  /** The leader's answer: the largest epoch ≤ ours that it has, and that epoch's end. Epoch −1: it knows none. */
  readonly leader: EpochEndOffset;
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
}

/** The offset to truncate to; at or above the log end: nothing to cut. Another round of fetching may cut more. */
export function truncationPoint(input: TruncationPointInput): number {
  const { leader, logEndOffset } = input;
  if (leader.endOffset < 0) return Math.min(input.highWatermark, logEndOffset);
  if (leader.epoch < 0) return Math.min(leader.endOffset, logEndOffset);
  const local = endOffsetForEpoch({ requestedEpoch: leader.epoch, epochs: input.epochs, logEndOffset });
  if (local.epoch === -1) return Math.min(leader.endOffset, logEndOffset);
  if (local.epoch !== leader.epoch) return Math.min(local.endOffset, logEndOffset);
  return Math.min(leader.endOffset, local.endOffset, logEndOffset);
}
