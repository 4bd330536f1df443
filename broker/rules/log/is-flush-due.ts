export interface FlushInput {
  /** Records written and not yet synced, including this append. */
  readonly unflushedRecords: number;
  /** `flush.messages`. */
  readonly flushMessages: number;
}

/**
 * Whether an append syncs before it is answered (`flush.messages`). Kafka's default is never, because
 * replication provides durability.
 */
export function isFlushDue(input: FlushInput): boolean {
  return input.unflushedRecords >= input.flushMessages;
}
