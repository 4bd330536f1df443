const MAX_SEQUENCE = 0x7fff_ffff;

/**
 * KIP-98, KAFKA-7692: the sequence number `count` records later. It is an int32 that wraps to 0 and is
 * never negative (DefaultRecordBatch#incrementSequence).
 */
export function advanceSequence(sequence: number, count: number): number {
  return sequence > MAX_SEQUENCE - count ? count - (MAX_SEQUENCE - sequence) - 1 : sequence + count;
}

/**
 * KAFKA-5494: while batches of a partition wait to be sent again, only the one with the lowest sequence may
 * be sent. The others follow when it is done, so no batch overtakes another.
 */
export function mayResendBatch(batch: { readonly isFirstUnresolved: boolean }): boolean {
  return batch.isFirstUnresolved;
}

/**
 * Since KIP-360 a leader without state of a producer accepts any first sequence. If the first batch of an
 * epoch were refused with a retriable error, the second would be appended before it. Until one batch is
 * acknowledged, only one is therefore in flight. The same is true of a topic that was made again under its name:
 * the epoch goes on, and the new topic has no state of the producer. The Java client does not wait and can reorder here.
 */
export function mayPipeline(partition: {
  readonly hasAcknowledgedInEpoch: boolean;
  readonly unresolvedBatches: number;
}): boolean {
  return partition.hasAcknowledgedInEpoch || partition.unresolvedBatches === 0;
}

/**
 * KIP-360 and KAFKA-14034: a new producer epoch closes a gap in the sequences, and the unresolved batches
 * start again from 0 under it. A batch that may be in the log under the old epoch would be appended twice,
 * so the bump waits until each such batch is acknowledged or given up.
 */
export function mayBumpProducerEpoch(partition: { readonly uncertainBatches: number }): boolean {
  return partition.uncertainBatches === 0;
}

/**
 * KIP-98, KAFKA-5494: a leader that refuses the lowest unresolved batch as out of order does not have that
 * batch, whatever became of earlier attempts, because a leader recognises the last five batches of a
 * producer. It does not have any later batch either. These batches may therefore be sent again under a new
 * epoch (TransactionManager#canRetry). A client that trusts a broker which forgets producers too early
 * appends twice.
 *
 * A refusal is wrong in two cases. First: the refusing leader was deposed and does not know it, and an earlier
 * attempt landed at its successor. Second, seen in one run: the leader appended two batches of the old epoch
 * after the refusal, and the new epoch appended one of them again. Both requests probably waited in a
 * connection that the client had closed. Whether the Java client can do the same was not compared with its
 * source. A client that trusted no refusal would hide every broker that forgets (KAFKA-5494 itself).
 */
export function refusalProvesAbsence(refusal: {
  readonly error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'UNKNOWN_PRODUCER_ID';
  readonly isFirstUnresolved: boolean;
}): boolean {
  return refusal.error === 'OUT_OF_ORDER_SEQUENCE_NUMBER' && refusal.isFirstUnresolved;
}
