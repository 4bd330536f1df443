/**
 * KAFKA-7415: a new leader records where its epoch starts at once, not with its first append, or back-to-back elections
 * leave it unable to say where histories part.
 */
export interface EpochStartInput {
  readonly leaderEpoch: number;
  readonly logEndOffset: number;
}

/** The start offset to record for the new epoch; null: leave it to the first append. */
export function epochStartOnElection(input: EpochStartInput): number | null {
  return input.logEndOffset;
}
