export interface DeletionBoundInput {
  /** Records below this offset would be deleted. */
  readonly offset: number;
  readonly highWatermark: number;
}

/**
 * Whether the records below `offset` may be deleted by retention, by DeleteRecords or after the leader. The log start
 * offset never exceeds the high watermark (UnifiedLog#maybeIncrementLogStartOffset, #deletableSegments): a record that
 * is not committed yet may be removed by a truncation, and another record would get its offset.
 */
export function mayDeleteUpTo(input: DeletionBoundInput): boolean {
  return input.offset <= input.highWatermark;
}
