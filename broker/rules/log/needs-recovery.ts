export interface RecoveryInput {
  /** The file `.kafka_cleanshutdown` existed at start. */
  readonly cleanShutdown: boolean;
  readonly segmentBaseOffset: number;
  /** The base offset of the next segment; null for the last segment. */
  readonly nextSegmentBaseOffset: number | null;
  /** From `recovery-point-offset-checkpoint`: everything below it was synced. */
  readonly recoveryPoint: number;
}

/**
 * Whether a segment is read batch by batch at start. It is after an unclean stop, if it may hold records
 * that were not synced (`LogLoader.recoverLog`). Any other segment is trusted.
 */
export function needsRecovery(input: RecoveryInput): boolean {
  if (input.cleanShutdown) return false;
  return input.nextSegmentBaseOffset === null || input.nextSegmentBaseOffset > input.recoveryPoint;
}
