export interface LogStartAtLoadInput {
  /** The offset in `log-start-offset-checkpoint`; 0: the file has no entry. */
  readonly checkpoint: number;
  /** 0: the log has no segment. */
  readonly firstSegmentBaseOffset: number;
}

/**
 * The log start offset of a log that is opened (LogLoader#load). The checkpoint remembers a start within a segment
 * (DeleteRecords). The first segment counts when later segments alone are left.
 */
export function logStartAtLoad(input: LogStartAtLoadInput): number {
  return Math.max(input.checkpoint, input.firstSegmentBaseOffset);
}
