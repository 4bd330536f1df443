/**
 * Up to where the leader may call records committed: the smallest log end of the *maximal* ISR (KIP-497: the committed
 * ISR and whoever is being added to it), and of replicas caught up and about to join. It stands still while the ISR is
 * smaller than min.insync.replicas (KIP-966), and never moves back.
 */
export interface RemoteReplicaView {
  readonly brokerId: number;
  /** −1: not heard of in this leadership. */
  readonly logEndOffset: number;
  readonly lastCaughtUpMillis: number;
  /** The epoch its last fetch named; −1: none in this leadership. */
  readonly lastFetchLeaderEpoch: number;
  /** Member of the ISR the controller committed. */
  readonly inIsr: boolean;
  /** Member of the committed ISR or of a pending expansion. */
  readonly inMaximalIsr: boolean;
  /** Unfenced, not shutting down, of the incarnation that fetches: the controller would take it into the ISR. */
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

/** Waiting for such a replica spares it from being chased out of reach while the leader is busy. */
function isAboutToJoin(replica: RemoteReplicaView, input: NextHighWatermarkInput): boolean {
  return replica.isrEligible && input.nowMillis - replica.lastCaughtUpMillis <= input.lagTimeMaxMillis;
}
