/**
 * The next high watermark of a leader: the smallest log end offset among the *maximal* ISR (KIP-497: the
 * committed ISR and the replicas of a pending expansion) and the replicas that are caught up and about to
 * join. It does not advance while the ISR is smaller than min.insync.replicas (KIP-966), and it never goes
 * back.
 */
export interface RemoteReplicaView {
  readonly brokerId: number;
  /** −1: unknown; the follower has not fetched in this leadership. */
  readonly logEndOffset: number;
  readonly lastCaughtUpMillis: number;
  /** The leader epoch of the follower's last fetch; −1: none in this leadership. */
  readonly lastFetchLeaderEpoch: number;
  /** The replica is in the ISR that the controller committed. */
  readonly inIsr: boolean;
  /** The replica is in the committed ISR or in a pending expansion. */
  readonly inMaximalIsr: boolean;
  /**
   * The broker is unfenced, not shutting down and of the incarnation that fetches: the controller would
   * accept the replica into the ISR.
   */
  readonly isrEligible: boolean;
}

export interface NextHighWatermarkInput {
  readonly currentHighWatermark: number;
  readonly logEndOffset: number;
  readonly leaderEpoch: number;
  readonly leaderEpochStartOffset: number;
  readonly isrSize: number;
  /** min.insync.replicas, at most the number of replicas. */
  readonly minInsyncReplicas: number;
  readonly replicas: readonly RemoteReplicaView[];
  readonly nowMillis: number;
  readonly lagTimeMaxMillis: number;
}

export function nextHighWatermark(input: NextHighWatermarkInput): number {
  const current = input.currentHighWatermark;
  if (input.isrSize < input.minInsyncReplicas) return current;
  let next = input.logEndOffset;
  for (let index = 0; index < input.replicas.length; index++) {
    const replica = input.replicas[index]!;
    if (replica.logEndOffset >= next) continue;
    if (replica.inMaximalIsr || isAboutToJoin(replica, input)) next = replica.logEndOffset;
  }
  return Math.max(next, current);
}

/**
 * The high watermark waits for such a replica; otherwise a busy leader would advance it out of the
 * replica's reach again and again.
 */
function isAboutToJoin(replica: RemoteReplicaView, input: NextHighWatermarkInput): boolean {
  return replica.isrEligible && input.nowMillis - replica.lastCaughtUpMillis <= input.lagTimeMaxMillis;
}
