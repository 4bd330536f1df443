/**
 * The high watermark after a truncation. It never exceeds the log end offset. After a full truncation it is
 * the log start offset (KAFKA-9491). `truncatedTo` is the new log end offset.
 */
export interface HighWatermarkAfterTruncationInput {
  readonly currentHighWatermark: number;
  readonly truncatedTo: number;
  /** The whole log was deleted and begins again at `truncatedTo`. */
  readonly full: boolean;
}

export function highWatermarkAfterTruncation(input: HighWatermarkAfterTruncationInput): number {
  return input.full ? input.truncatedTo : Math.min(input.currentHighWatermark, input.truncatedTo);
}
