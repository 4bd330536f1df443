/**
 * The high watermark of a replica after a restart: the checkpointed one (replication-offset-checkpoint),
 * limited to the log that recovery left. It may be too low, but never too high.
 */
export interface HighWatermarkAtStartInput {
  /** −1: no checkpoint names this partition. */
  readonly checkpointedHighWatermark: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export function highWatermarkAtStart(input: HighWatermarkAtStartInput): number {
  return Math.min(Math.max(input.checkpointedHighWatermark, input.logStartOffset), input.logEndOffset);
}
