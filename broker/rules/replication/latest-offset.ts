/**
 * The answer of ListOffsets to "latest" (KIP-207). A new leader whose high watermark has not reached the start of its
 * epoch does not know which records are committed. It answers OFFSET_NOT_AVAILABLE, so that the latest offset never
 * seems to go back.
 */
export interface LatestOffsetInput {
  readonly reader: 'follower' | 'consumer';
  readonly isolationLevel: 0 | 1;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logEndOffset: number;
  readonly leaderEpochStartOffset: number;
}

/** The offset; null: OFFSET_NOT_AVAILABLE. */
export function latestOffset(input: LatestOffsetInput): number | null {
  if (input.reader === 'follower') return input.logEndOffset;
  const offset = input.isolationLevel === 1 ? input.lastStableOffset : input.highWatermark;
  return input.leaderEpochStartOffset > offset ? null : offset;
}
