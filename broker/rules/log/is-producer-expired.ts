export interface ExpirationInput {
  readonly nowMillis: number;
  /** Timestamp of the producer's last batch in this log. */
  readonly lastTimestamp: number;
  readonly expirationMillis: number;
}

/** Whether a replica forgets an idle producer: `producer.id.expiration.ms` after its last batch (KAFKA-14097). */
export function isProducerExpired(input: ExpirationInput): boolean {
  return input.nowMillis - input.lastTimestamp >= input.expirationMillis;
}
