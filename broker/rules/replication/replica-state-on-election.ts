/**
 * What a leader knows of a follower when its leadership starts: nothing, because fetches of an earlier
 * leadership do not count (KIP-320). The exception is a leader that also led the previous epoch. A member
 * of the ISR counts as caught up for one replica.lag.time.max.ms.
 */
export interface ReplicaStateOnElectionInput {
  readonly wasLeader: boolean;
  readonly inIsr: boolean;
  readonly nowMillis: number;
  readonly logEndOffset: number;
  readonly lastFetchLeaderEpoch: number;
}

export interface ReplicaStateOnElection {
  readonly logEndOffset: number;
  readonly lastCaughtUpMillis: number;
  readonly lastFetchLeaderEpoch: number;
}

export function replicaStateOnElection(input: ReplicaStateOnElectionInput): ReplicaStateOnElection {
  const lastCaughtUpMillis = input.inIsr ? input.nowMillis : 0;
  return input.wasLeader
    ? {
        logEndOffset: input.logEndOffset,
        lastCaughtUpMillis,
        lastFetchLeaderEpoch: input.lastFetchLeaderEpoch,
      }
    : { logEndOffset: -1, lastCaughtUpMillis, lastFetchLeaderEpoch: -1 };
}
