/**
 * Whether a broker that a leader proposes for the ISR may join or stay (KIP-841, KIP-903;
 * org.apache.kafka.controller.ReplicationControlManager#ineligibleReplicasForIsr).
 *
 * The proposed broker epoch is that of the incarnation that the leader saw catch up. If the broker has
 * registered again since, its disk may be another one, and the proposal is about a replica that no longer
 * exists.
 */
export interface IsrMember {
  readonly registered: boolean;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  /** −1: the broker is not registered. */
  readonly registeredEpoch: number;
  /** −1: the leader does not know it. */
  readonly proposedEpoch: number;
}

export const isrMemberEligible = (member: IsrMember): boolean =>
  member.registered &&
  !member.inControlledShutdown &&
  !member.fenced &&
  (member.proposedEpoch === -1 || member.proposedEpoch === member.registeredEpoch);
