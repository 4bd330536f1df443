const MAX_SEQUENCE = 0x7fff_ffff;

/**
 * The sequence number of the last record of a batch. A sequence number has 31 bits and wraps from 2^31−1 to
 * 0 (KIP-98, KAFKA-7692).
 */
export function lastSequenceOf(input: {
  readonly baseSequence: number;
  readonly lastOffsetDelta: number;
}): number {
  const { baseSequence, lastOffsetDelta } = input;
  return baseSequence > MAX_SEQUENCE - lastOffsetDelta
    ? lastOffsetDelta - (MAX_SEQUENCE - baseSequence) - 1
    : baseSequence + lastOffsetDelta;
}
