export interface CleaningInput {
  /** Bytes below the first dirty offset. */
  readonly cleanBytes: number;
  /** Bytes of the dirty segments that may be cleaned. */
  readonly cleanableBytes: number;
  /** `min.cleanable.dirty.ratio`. */
  readonly minCleanableRatio: number;
  /** The age of the oldest dirty segment; −1: unknown. */
  readonly dirtyMillis: number;
  /** `max.compaction.lag.ms`. */
  readonly maxCompactionLagMillis: number;
}

/**
 * Whether a log is cleaned now (LogCleanerManager#grabFilthiestCompactedLog): enough of it is dirty, or a dirty record is
 * older than `max.compaction.lag.ms` (KIP-354).
 */
export function isCleaningDue(input: CleaningInput): boolean {
  const { cleanBytes, cleanableBytes } = input;
  if (cleanableBytes === 0) return false;
  if (input.dirtyMillis > input.maxCompactionLagMillis) return true;
  return cleanableBytes > input.minCleanableRatio * (cleanBytes + cleanableBytes);
}
