export interface ProducerRebuildInput {
  readonly targetOffset: number;
  readonly logEndOffset: number;
}

/**
 * Whether a truncation rebuilds the producer state from the records that are left. Without the rebuild a
 * truncated batch would still count as a duplicate, and its retry would be acknowledged although the log
 * does not contain it (KIP-98).
 */
export function rebuildsProducersOnTruncation(_: ProducerRebuildInput): boolean {
  return true;
}
