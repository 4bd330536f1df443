export interface TruncatedRecoveryPointInput {
  readonly recoveryPoint: number;
  readonly targetOffset: number;
}

/** Where recovery must begin once the log was cut to `targetOffset`: nothing written above it from now on is synced. */
export function recoveryPointAfterTruncation(input: TruncatedRecoveryPointInput): number {
  return Math.min(input.recoveryPoint, input.targetOffset);
}
