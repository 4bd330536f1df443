export interface FencedAppendInput {
  /** The leader epoch in which the leader accepted the append. */
  readonly appendEpoch: number;
  /** The latest leader epoch that this replica knows, as leader or follower. */
  readonly currentEpoch: number;
}

/**
 * Whether a leader's append that waited for its turn is refused, because the replica has learned of a newer
 * leader epoch in the meantime. (Kafka checks leadership under the lock with which it appends,
 * `Partition.appendRecordsToLeader`.)
 */
export function isAppendFenced(input: FencedAppendInput): boolean {
  return input.appendEpoch < input.currentEpoch;
}
