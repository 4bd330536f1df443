/**
 * KIP-595, KIP-320: truncation on fetch. The leader compares the follower's (last fetched epoch, fetch offset) with its
 * own history and, when they part, answers with the end of the largest epoch it shares instead of with records.
 */
import { type EpochEndOffset, type EpochEntry, endOffsetForEpoch } from './end-offset-for-epoch.js';

export interface DivergenceInput {
  /** −1: the follower's log holds no record; there is nothing to diverge. */
  readonly lastFetchedEpoch: number;
  readonly fetchOffset: number;
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export function divergence(input: DivergenceInput): EpochEndOffset | null {
  if (input.lastFetchedEpoch < 0) return null;
  const end = endOffsetForEpoch({
    requestedEpoch: input.lastFetchedEpoch,
    epochs: input.epochs,
    logEndOffset: input.logEndOffset,
  });
  if (end.epoch === -1) return end;
  return end.epoch < input.lastFetchedEpoch || end.endOffset < input.fetchOffset ? end : null;
}
