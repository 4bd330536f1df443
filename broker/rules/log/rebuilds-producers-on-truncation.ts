export interface ProducerRebuildInput {
  readonly targetOffset: number;
  readonly logEndOffset: number;
}

/**
 * Whether the producer state is derived again from what is left of the log when its end was cut off. Without it a
 * batch that was cut would still count as a duplicate, and its retry be acknowledged without being anywhere (KIP-98).
 */
export function rebuildsProducersOnTruncation(_: ProducerRebuildInput): boolean {
  return true;
}
