export interface UncleanableInput {
  /** Never above the high watermark. */
  readonly lastStableOffset: number;
  readonly activeSegmentBaseOffset: number;
  /** The first segment that is younger than `min.compaction.lag.ms`; null: there is none. */
  readonly youngSegmentBaseOffset: number | null;
}

/**
 * Where the log cleaner has to stop (LogCleanerManager#cleanableOffsets): at the last stable offset, because a
 * record above it may be removed by a truncation, which would bring back an older value of its key; at the active segment;
 * and at the first segment younger than `min.compaction.lag.ms` (KIP-58).
 */
export function firstUncleanableOffset(input: UncleanableInput): number {
  const { lastStableOffset, activeSegmentBaseOffset, youngSegmentBaseOffset } = input;
  return Math.min(
    lastStableOffset,
    activeSegmentBaseOffset,
    youngSegmentBaseOffset ?? Number.MAX_SAFE_INTEGER,
  );
}
