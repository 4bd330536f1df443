export interface FencedAppendInput {
  /** The epoch in which the append was accepted as a leader's. */
  readonly appendEpoch: number;
  /** The latest epoch this replica was told of, as leader or follower. */
  readonly currentEpoch: number;
}

/**
 * Whether a leader's append that waited for its turn is refused when the turn comes: the replica has learnt of a newer
 * epoch meanwhile (Kafka checks leadership under the lock it appends with, `Partition.appendRecordsToLeader`).
 */
export function isAppendFenced(input: FencedAppendInput): boolean {
  return input.appendEpoch < input.currentEpoch;
}
