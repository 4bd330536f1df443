/**
 * Truncation on fetch (KIP-595, KIP-320). The leader compares the follower's last fetched epoch and fetch
 * offset with its own epochs. If the two logs diverge, it answers without records, with the largest epoch
 * that the logs share and the end offset of that epoch.
 */
import type { EpochEnd, EpochEntry } from '../log/epoch-end-offset.js';

export interface DivergenceInput {
  /** −1: the follower's log is empty, so it cannot diverge. */
  readonly lastFetchedEpoch: number;
  readonly fetchOffset: number;
  /** The largest epoch ≤ lastFetchedEpoch in the leader's log and its end; both −1: undefined. */
  readonly leaderEnd: EpochEnd;
  /** All epochs of the leader's log, ascending. */
  readonly epochs: readonly EpochEntry[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

/** null: the logs do not diverge. An undefined end: the fetch offset is out of range. */
export function divergence(input: DivergenceInput): EpochEnd | null {
  const { lastFetchedEpoch, leaderEnd } = input;
  if (lastFetchedEpoch < 0) return null;
  if (leaderEnd.leaderEpoch < lastFetchedEpoch || leaderEnd.endOffset < input.fetchOffset) return leaderEnd;
  return null;
}
