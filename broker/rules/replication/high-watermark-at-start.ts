/**
 * What a replica believes after a restart: the checkpointed high watermark (replication-offset-checkpoint), within what
 * recovery left of the log. It may be old, never too high.
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
