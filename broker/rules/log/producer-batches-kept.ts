/**
 * How many of a producer's last batches a replica remembers, to distinguish a retry from a gap. The number
 * is five, the maximum of requests in flight of an idempotent producer (KAFKA-5494; before that it was
 * one).
 */
export function producerBatchesKept(): number {
  return 5;
}
