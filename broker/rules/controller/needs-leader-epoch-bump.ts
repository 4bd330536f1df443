/**
 * Whether a change of a partition starts a new leader epoch (org.apache.kafka.controller.PartitionChangeBuilder).
 *
 * Since metadata version 3.6 only when the leader changes, to none included. Before it, whenever the ISR shrank too, which
 * hid that a leader did not recheck its pending requests after a shrink (KAFKA-15021).
 */
export interface PartitionChange {
  readonly leader: number;
  readonly newLeader: number;
  readonly isr: readonly number[];
  readonly newIsr: readonly number[];
}

export const needsLeaderEpochBump = (change: PartitionChange): boolean => change.newLeader !== change.leader;
