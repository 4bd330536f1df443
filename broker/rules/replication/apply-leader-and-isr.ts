/**
 * Which metadata supersedes which. A change of a partition applies if its partition epoch is newer
 * (KIP-497), and starts a new leadership if its leader epoch is newer too (KIP-101). A new leadership
 * forgets what was known in the old one.
 */
export interface LeaderAndIsrInput {
  readonly currentLeaderEpoch: number;
  readonly currentPartitionEpoch: number;
  readonly newLeaderEpoch: number;
  readonly newPartitionEpoch: number;
  readonly role: 'leader' | 'follower';
}

export type LeaderAndIsrVerdict = 'stale' | 'same-epoch' | 'new-epoch';

export function applyLeaderAndIsr(input: LeaderAndIsrInput): LeaderAndIsrVerdict {
  if (input.newLeaderEpoch < input.currentLeaderEpoch) return 'stale';
  if (input.newPartitionEpoch <= input.currentPartitionEpoch) return 'stale';
  return input.newLeaderEpoch > input.currentLeaderEpoch ? 'new-epoch' : 'same-epoch';
}
