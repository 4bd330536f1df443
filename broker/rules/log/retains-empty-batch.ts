export interface EmptyBatchInput {
  /** The batch is one of the last five of a producer that the log knows, in the cleaned part of the log. */
  readonly isRemembered: boolean;
  /** The batch is the last one of the cleaned part of the log. */
  readonly isLastOfRound: boolean;
}

/**
 * Whether a batch stays, empty, when a cleaning pass removes all its records (Cleaner#cleanInto). Without the last
 * sequence numbers the next batch of the producer would be out of sequence, or a repeated one; without the last batch
 * the log would end earlier.
 */
export function retainsEmptyBatch(input: EmptyBatchInput): boolean {
  return input.isRemembered || input.isLastOfRound;
}
