import type { EpochEntry } from './epoch-end-offset.js';

export interface AssignEpochInput {
  readonly entries: readonly EpochEntry[];
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

/**
 * The epoch entries of a log after `leaderEpoch` begins at `startOffset` (KIP-101). Existing entries that
 * contradict the new one are removed: those whose epoch or start offset is not below the new one's. If the
 * entry is already known, the result is the same array.
 */
export function assignEpoch(input: AssignEpochInput): readonly EpochEntry[] {
  const { entries, leaderEpoch, startOffset } = input;
  const latest = entries[entries.length - 1];
  if (latest !== undefined && latest.leaderEpoch === leaderEpoch && latest.startOffset <= startOffset)
    return entries;
  const kept = entries.filter((entry) => entry.leaderEpoch < leaderEpoch && entry.startOffset < startOffset);
  return [...kept, { leaderEpoch, startOffset }];
}
