const MAX_SEQUENCE = 0x7fff_ffff;

/**
 * KIP-98, KAFKA-7692: the sequence number `count` records later. An int32 that wraps to 0, never below
 * (DefaultRecordBatch#incrementSequence).
 */
export function advanceSequence(sequence: number, count: number): number {
  return sequence > MAX_SEQUENCE - count ? count - (MAX_SEQUENCE - sequence) - 1 : sequence + count;
}

/**
 * KAFKA-5494: while batches of a partition wait to be sent again, only the one with the lowest sequence may go; the
 * others follow when it is done, so that none overtakes another.
 */
export function mayResendBatch(batch: { readonly isFirstUnresolved: boolean }): boolean {
  return batch.isFirstUnresolved;
}

/**
 * Since KIP-360 a leader that remembers nothing of a producer accepts whatever sequence comes first. Were the first batch
 * of an epoch refused in passing, the second would be appended before it; so until one is acknowledged only one is
 * on its way. The Java client does not wait and can reorder here.
 */
export function mayPipeline(partition: {
  readonly hasAcknowledgedInEpoch: boolean;
  readonly unresolvedBatches: number;
}): boolean {
  return partition.hasAcknowledgedInEpoch || partition.unresolvedBatches === 0;
}

/**
 * KIP-360 and KAFKA-14034: a gap in the sequences is closed by a new producer epoch under which the unresolved batches
 * start again from 0. A batch that may be in the log under the old epoch would be appended twice, so the bump waits
 * until each of those is acknowledged or given up.
 */
export function mayBumpProducerEpoch(partition: { readonly uncertainBatches: number }): boolean {
  return partition.uncertainBatches === 0;
}

/**
 * KIP-98, KAFKA-5494: a leader that refuses the lowest unresolved batch as out of order does not have it, whatever became
 * of earlier attempts, for it recognises the last five batches of a producer; nor then any batch behind it. So they may go
 * again under a new epoch (TransactionManager#canRetry). Whoever trusts a broker that forgets too early appends twice.
 *
 * As in Java two cases are left. The leader that refuses was deposed and does not know it, and an earlier attempt landed with
 * its successor. Or an earlier attempt, and a batch before it that the client has given up, still wait at the leader in a
 * connection that the client has closed: the leader appends them after the refusal, and the new epoch appends the batch again.
 * A client that trusted no refusal would hide every broker that forgets (KAFKA-5494 itself).
 */
export function refusalProvesAbsence(refusal: {
  readonly error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'UNKNOWN_PRODUCER_ID';
  readonly isFirstUnresolved: boolean;
}): boolean {
  return refusal.error === 'OUT_OF_ORDER_SEQUENCE_NUMBER' && refusal.isFirstUnresolved;
}
