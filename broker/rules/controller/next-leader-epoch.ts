/**
 * The leader epoch after a PartitionChangeRecord (org.apache.kafka.metadata.PartitionRegistration#merge). A
 * record that names a leader begins a leader epoch, even if it names the present leader again: one epoch
 * belongs to one leader and one term.
 */
export interface LeaderEpochStep {
  readonly leaderEpoch: number;
  readonly leader: number;
  /** null: the record does not name a leader. */
  readonly recordLeader: number | null;
}

export const nextLeaderEpoch = ({ leaderEpoch, recordLeader }: LeaderEpochStep): number =>
  recordLeader === null ? leaderEpoch : leaderEpoch + 1;
