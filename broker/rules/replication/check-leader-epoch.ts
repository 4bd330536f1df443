/**
 * Whether a leader answers a request that names a leader epoch (KIP-320; KAFKA-6880, KAFKA-7395). The
 * leader answers only requests of its own epoch. Without this check a zombie leader feeds followers, and a
 * follower of an old epoch moves the high watermark.
 */
export interface LeaderEpochCheckInput {
  /** −1: the sender knows no leader epoch and asks for no check. */
  readonly requestLeaderEpoch: number;
  readonly localLeaderEpoch: number;
}

export type LeaderEpochVerdict = 'NONE' | 'FENCED_LEADER_EPOCH' | 'UNKNOWN_LEADER_EPOCH';

export function checkLeaderEpoch(input: LeaderEpochCheckInput): LeaderEpochVerdict {
  if (input.requestLeaderEpoch === -1 || input.requestLeaderEpoch === input.localLeaderEpoch) return 'NONE';
  return input.requestLeaderEpoch < input.localLeaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH';
}
