import type { EpochEntry } from './epoch-end-offset.js';

export interface AssignEpochInput {
  readonly entries: readonly EpochEntry[];
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

/**
 * The epochs of a log once `leaderEpoch` begins at `startOffset` (KIP-101). Entries that the new one contradicts, an
 * epoch not below or a start not below, go; what is known already changes nothing (the same array comes back).
 */
export function assignEpoch(input: AssignEpochInput): readonly EpochEntry[] {
  const { entries, leaderEpoch, startOffset } = input;
  const latest = entries[entries.length - 1];
  if (latest !== undefined && latest.leaderEpoch === leaderEpoch && latest.startOffset <= startOffset)
    return entries;
  const kept = entries.filter((entry) => entry.leaderEpoch < leaderEpoch && entry.startOffset < startOffset);
  return [...kept, { leaderEpoch, startOffset }];
}
