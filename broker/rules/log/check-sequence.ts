/** A batch as a replica remembers it, so that the replica recognises a retry of it. */
export interface RememberedBatch {
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
}

/** What a replica remembers of one producer id. */
export interface ProducerState {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Oldest first; all have `producerEpoch`; never empty. */
  readonly batches: readonly RememberedBatch[];
}

export interface SequenceInput {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  /**
   * null: the replica has no state for this producer id. It never saw the producer id, the state expired,
   * or the records were deleted.
   */
  readonly state: ProducerState | null;
  readonly role: 'leader' | 'follower';
}

export type SequenceVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'duplicate'; readonly batch: RememberedBatch }
  | {
      readonly kind: 'reject';
      readonly errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'INVALID_PRODUCER_EPOCH' | 'UNKNOWN_PRODUCER_ID';
    };

const ACCEPT: SequenceVerdict = { kind: 'accept' };
const OUT_OF_ORDER: SequenceVerdict = { kind: 'reject', errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
const OLD_EPOCH: SequenceVerdict = { kind: 'reject', errorCode: 'INVALID_PRODUCER_EPOCH' };

/**
 * What to do with a batch of an idempotent producer (KIP-98 as amended by KAFKA-5494 and KIP-360).
 * - A remembered batch is a duplicate.
 * - An older producer epoch is fenced.
 * - A newer producer epoch starts at sequence 0.
 * - Otherwise the sequence must follow the last one; 0 follows 2^31−1.
 * - A producer id without state may start at any sequence. Its state may have expired with its records
 *   (KIP-360), and a refusal would stop a healthy producer.
 */
export function checkSequence(input: SequenceInput): SequenceVerdict {
  const { state } = input;
  if (state === null) return ACCEPT;
  if (input.producerEpoch < state.producerEpoch) return OLD_EPOCH;
  if (input.producerEpoch > state.producerEpoch) return input.baseSequence === 0 ? ACCEPT : OUT_OF_ORDER;
  for (const batch of state.batches) {
    if (batch.baseSequence === input.baseSequence && batch.lastSequence === input.lastSequence) {
      return { kind: 'duplicate', batch };
    }
  }
  const last = state.batches[state.batches.length - 1]!.lastSequence;
  return input.baseSequence === (last === 0x7fff_ffff ? 0 : last + 1) ? ACCEPT : OUT_OF_ORDER;
}
