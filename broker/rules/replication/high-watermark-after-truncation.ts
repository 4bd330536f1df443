/**
 * The high watermark never points past the log end; after a full truncation it starts with the log (KAFKA-9491).
 * `truncatedTo` is the new log end.
 */
export interface HighWatermarkAfterTruncationInput {
  readonly currentHighWatermark: number;
  readonly truncatedTo: number;
  /** The whole log went and starts anew at `truncatedTo`. */
  readonly full: boolean;
}

export function highWatermarkAfterTruncation(input: HighWatermarkAfterTruncationInput): number {
  return input.full ? input.truncatedTo : Math.min(input.currentHighWatermark, input.truncatedTo);
}
