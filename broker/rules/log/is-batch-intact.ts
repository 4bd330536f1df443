export interface StoredBatchInput {
  /** The file holds all bytes that the head of the batch announces. */
  readonly complete: boolean;
  readonly magic: number;
  readonly crcValid: boolean;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly recordsCount: number;
  readonly leaderEpoch: number;
  /** Where the log read so far ends. */
  readonly expectedOffset: number;
  /** The epoch of the batch before; −1 for the first. */
  readonly previousLeaderEpoch: number;
}

/**
 * Whether recovery keeps this batch; it cuts the log at the first that it does not. A batch cut short or with a wrong
 * CRC is a torn tail (`LogSegment.recover`); one that does not continue offsets or goes back in epoch is left over from
 * bytes that should be gone (a truncation or a removal that a power loss undid).
 */
export function isBatchIntact(input: StoredBatchInput): boolean {
  return (
    input.complete &&
    input.magic === 2 &&
    input.crcValid &&
    input.baseOffset === input.expectedOffset &&
    input.lastOffset >= input.baseOffset &&
    input.leaderEpoch >= input.previousLeaderEpoch
  );
}
