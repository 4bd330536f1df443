export interface TruncatedRecoveryPointInput {
  readonly recoveryPoint: number;
  readonly targetOffset: number;
}

/** The recovery point after a truncation to `targetOffset`: nothing at or above that offset is synced. */
export function recoveryPointAfterTruncation(input: TruncatedRecoveryPointInput): number {
  return Math.min(input.recoveryPoint, input.targetOffset);
}
