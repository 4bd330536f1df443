/**
 * Which metadata supersedes which: a change counts when its partition epoch is newer (KIP-497), and starts a new
 * leadership when its leader epoch is (KIP-101). A new leadership forgets all that was known of the old one.
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
