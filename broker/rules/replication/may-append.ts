/** Whether a leader accepts records: with acks=all only while the ISR has min.insync.replicas members. */
export interface MayAppendInput {
  readonly acks: number;
  /** The size of the ISR that the controller committed, or the last one known. */
  readonly isrSize: number;
  readonly maximalIsrSize: number;
  /** min.insync.replicas, at most the number of replicas. */
  readonly minInsyncReplicas: number;
}

export function mayAppend(input: MayAppendInput): 'NONE' | 'NOT_ENOUGH_REPLICAS' {
  return input.acks === -1 && input.isrSize < input.minInsyncReplicas ? 'NOT_ENOUGH_REPLICAS' : 'NONE';
}
