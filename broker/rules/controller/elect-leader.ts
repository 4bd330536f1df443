/**
 * Who leads a partition (KIP-631, KIP-460; org.apache.kafka.controller.PartitionChangeBuilder#electLeader).
 *
 * Only a member of the ISR may lead, for only it is known to hold every committed record. An unclean election takes any
 * live replica when none of the ISR lives; the ISR is then that replica alone, and what the others had beyond its log
 * is lost. A replica that is the leader already stays, unless the preferred one is asked for.
 */
export interface Election {
  /**
   * online: keep the partition led from within its ISR. preferred: the first replica, if it may lead.
   * unclean: as online, but rather than no leader any live replica.
   */
  readonly kind: 'online' | 'preferred' | 'unclean';
  readonly replicas: readonly number[];
  /** The ISR as it will be after this change. */
  readonly isr: readonly number[];
  /** The current leader, −1: none. */
  readonly leader: number;
  /** Those of `replicas` whose brokers are neither fenced nor shutting down, in the order of `replicas`. */
  readonly liveReplicas: readonly number[];
}

export interface ElectionResult {
  /** −1: none can be elected. */
  readonly leader: number;
  readonly isr: readonly number[];
  /** The leader may lack committed records: it must recover before others join it (KIP-704). */
  readonly unclean: boolean;
}

export function electLeader(election: Election): ElectionResult {
  const { replicas, isr, leader, liveReplicas } = election;
  const mayLead = (replica: number | undefined): replica is number =>
    replica !== undefined && isr.includes(replica) && liveReplicas.includes(replica);

  const preferred = replicas[0];
  if (election.kind === 'preferred' && mayLead(preferred)) return { leader: preferred, isr, unclean: false };
  if (mayLead(leader)) return { leader, isr, unclean: false };
  const successor = replicas.find(mayLead);
  if (successor !== undefined) return { leader: successor, isr, unclean: false };
  const anyone = liveReplicas[0];
  if (election.kind === 'unclean' && anyone !== undefined)
    return { leader: anyone, isr: [anyone], unclean: true };
  return { leader: -1, isr, unclean: false };
}
