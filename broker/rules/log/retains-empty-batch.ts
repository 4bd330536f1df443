export interface EmptyBatchInput {
  /** The batch has the last sequence number of a producer that the log remembers. */
  readonly isLastOfProducer: boolean;
  /** The batch is the last one of the cleaned part of the log. */
  readonly isLastOfRound: boolean;
}

/**
 * Whether a batch stays, empty, when a cleaning pass removes all its records (Cleaner#cleanInto). Without the last
 * sequence number the next batch of the producer would be out of sequence; without the last batch the log would end
 * earlier.
 */
export function retainsEmptyBatch(input: EmptyBatchInput): boolean {
  return input.isLastOfProducer || input.isLastOfRound;
}
