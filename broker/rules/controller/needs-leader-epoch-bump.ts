/**
 * Whether a change of a partition starts a new leader epoch
 * (org.apache.kafka.controller.PartitionChangeBuilder).
 *
 * Since metadata version 3.6 only a change of the leader does, including a change to no leader. Before 3.6
 * a shrink of the ISR did too. That bump hid a bug: a leader did not recheck its pending requests after a
 * shrink (KAFKA-15021).
 */
export interface PartitionChange {
  readonly leader: number;
  readonly newLeader: number;
  readonly isr: readonly number[];
  readonly newIsr: readonly number[];
}

export const needsLeaderEpochBump = (change: PartitionChange): boolean => change.newLeader !== change.leader;
