/**
 * KIP-595, KIP-320: truncation on fetch. The leader compares the follower's (last fetched epoch, fetch offset) with its
 * own history and, when they part, answers with the end of the largest epoch it shares instead of with records.
 */
import type { EpochEnd, EpochEntry } from '../log/epoch-end-offset.js';

export interface DivergenceInput {
  /** −1: the follower's log holds no record; there is nothing to diverge. */
  readonly lastFetchedEpoch: number;
  readonly fetchOffset: number;
  /** The largest epoch ≤ lastFetchedEpoch in the leader's log and its end; both −1: undefined. */
  readonly leaderEnd: EpochEnd;
  /** All epochs of the leader's log, ascending. */
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

/** null: one history. An undefined end means that the fetch offset is out of range. */
export function divergence(input: DivergenceInput): EpochEnd | null {
  const { lastFetchedEpoch, leaderEnd } = input;
  if (lastFetchedEpoch < 0) return null;
  if (leaderEnd.leaderEpoch < lastFetchedEpoch || leaderEnd.endOffset < input.fetchOffset) return leaderEnd;
  return null;
}
