/**
 * How many of a producer's last batches a replica remembers to tell a retry from a gap. Five, the most requests an
 * idempotent producer may have in flight (KAFKA-5494; it was one before).
 */
export function producerBatchesKept(): number {
  return 5;
}
