export interface FlushInput {
  /** Records written and not yet synced, the append at hand included. */
  readonly unflushedRecords: number;
  /** `flush.messages`. */
  readonly flushMessages: number;
}

/** Whether an append syncs before it is answered (`flush.messages`; Kafka's default is never: replication is durability). */
export function isFlushDue(input: FlushInput): boolean {
  return input.unflushedRecords >= input.flushMessages;
}
