/**
 * Which replica leads a partition (KIP-631, KIP-460;
 * org.apache.kafka.controller.PartitionChangeBuilder#electLeader).
 *
 * Only a member of the ISR may lead, because only a member is known to hold every committed record. An
 * unclean election takes any live replica when no member of the ISR is live. The ISR is then that replica
 * alone, and the records that other replicas had beyond its log are lost. The current leader stays if it
 * may lead, unless the election asks for the preferred replica.
 */
export interface Election {
  /**
   * `online`: keep the partition led by a member of its ISR. `preferred`: elect the first replica if it may
   * lead. `unclean`: as `online`, but elect any live replica when no member of the ISR can lead.
   */
  readonly kind: 'online' | 'preferred' | 'unclean';
  readonly replicas: readonly number[];
  /** The ISR as it will be after this change. */
  readonly isr: readonly number[];
  /** The current leader; −1: none. */
  readonly leader: number;
  /** The `replicas` whose brokers are neither fenced nor shutting down, in the order of `replicas`. */
  readonly liveReplicas: readonly number[];
}

export interface ElectionResult {
  /** −1: no replica can be elected. */
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
