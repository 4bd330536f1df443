export interface ElectionEpochInput {
  readonly leaderEpoch: number;
  readonly logEndOffset: number;
}

/**
 * Whether a new leader records its epoch and start offset at the election instead of at its first append.
 * Otherwise two elections without a write between them leave the leader unable to name a truncation point
 * (KAFKA-7415).
 */
export function recordsEpochAtElection(_: ElectionEpochInput): boolean {
  return true;
}
