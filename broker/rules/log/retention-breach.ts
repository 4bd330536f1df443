/** The oldest segment of a log, as a retention check sees it. */
export interface RetentionInput {
  /** The base offset of the next segment; the log end offset for the last segment. */
  readonly segmentEndOffset: number;
  /** No segment follows. */
  readonly isLast: boolean;
  readonly segmentSizeBytes: number;
  /** The largest timestamp of the segment's records; the time of its last change if the records have none. */
  readonly largestTimestamp: number;
  readonly logStartOffset: number;
  /** The bytes of the log, less the segments that this check deletes already. */
  readonly logSizeBytes: number;
  readonly nowMillis: number;
  /** `cleanup.policy` contains `delete`. */
  readonly deletes: boolean;
  /** `retention.ms`; −1: no limit. */
  readonly retentionMillis: number;
  /** `retention.bytes`; −1: no limit. */
  readonly retentionBytes: number;
}

export type RetentionBreach = 'log-start' | 'size' | 'time';

/**
 * Why the oldest segment of a log is deleted (UnifiedLog#deleteOldSegments); null: the segment stays. A segment
 * below the log start offset goes under every policy. By time a segment goes when its *newest* record is too old; by
 * size only when the log stays at least as large as the limit without the segment.
 */
export function retentionBreach(input: RetentionInput): RetentionBreach | null {
  if (!input.isLast && input.segmentEndOffset <= input.logStartOffset) return 'log-start';
  if (!input.deletes) return null;
  const { retentionBytes, retentionMillis } = input;
  if (retentionBytes >= 0 && input.logSizeBytes - input.segmentSizeBytes >= retentionBytes) return 'size';
  const isOld = retentionMillis >= 0 && input.nowMillis - input.largestTimestamp > retentionMillis;
  return isOld ? 'time' : null;
}
