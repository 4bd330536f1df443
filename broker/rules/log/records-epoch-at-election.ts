export interface ElectionEpochInput {
  readonly leaderEpoch: number;
  readonly logEndOffset: number;
}

/**
 * Whether a new leader notes its epoch and start offset at once rather than with its first append: two elections
 * without a write between them would leave it unable to name a truncation point (KAFKA-7415).
 */
export function recordsEpochAtElection(_: ElectionEpochInput): boolean {
  return true;
}
