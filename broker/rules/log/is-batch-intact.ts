export interface StoredBatchInput {
  /** The file holds all bytes that the header of the batch announces. */
  readonly complete: boolean;
  readonly magic: number;
  readonly crcValid: boolean;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly recordsCount: number;
  readonly leaderEpoch: number;
  /** The end offset of the log read so far. */
  readonly expectedOffset: number;
  /** Compaction has removed offsets of the log. */
  readonly mayHaveGaps: boolean;
  /** The leader epoch of the previous batch; −1 for the first batch. */
  readonly previousLeaderEpoch: number;
}

/**
 * Whether recovery keeps this batch; recovery truncates the log at the first batch that it does not keep. A
 * batch that is incomplete or has a wrong CRC is a torn tail (`LogSegment.recover`). A batch whose offset
 * does not continue the log, or whose leader epoch goes back, is a remnant: a power loss undid the
 * truncation or deletion that had removed it. A compacted log continues at a higher offset, too.
 */
export function isBatchIntact(input: StoredBatchInput): boolean {
  return (
    input.complete &&
    input.magic === 2 &&
    input.crcValid &&
    (input.baseOffset === input.expectedOffset ||
      (input.mayHaveGaps && input.baseOffset > input.expectedOffset)) &&
    input.lastOffset >= input.baseOffset &&
    input.leaderEpoch >= input.previousLeaderEpoch
  );
}
