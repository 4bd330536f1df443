export interface RecoveryInput {
  /** The marker `.kafka_cleanshutdown` was there at start. */
  readonly cleanShutdown: boolean;
  readonly segmentBaseOffset: number;
  /** Where the next segment begins; null for the last. */
  readonly nextSegmentBaseOffset: number | null;
  /** From `recovery-point-offset-checkpoint`: everything below it was synced. */
  readonly recoveryPoint: number;
}

/**
 * Whether a segment is read batch by batch at start instead of being trusted: after an unclean stop, when it may hold
 * what was not synced (`LogLoader.recoverLog`).
 */
export function needsRecovery(input: RecoveryInput): boolean {
  if (input.cleanShutdown) return false;
  return input.nextSegmentBaseOffset === null || input.nextSegmentBaseOffset > input.recoveryPoint;
}
