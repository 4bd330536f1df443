/**
 * What a broker does with a batch of the metadata log (KIP-595). A broker applies each batch exactly once
 * and in order. `diverged`: the batch leaves a gap, or its epoch is older than one already applied, so what
 * the broker has applied so far cannot be trusted.
 */
export interface MetadataBatchArrival {
  /** The offset behind the last record applied. */
  readonly appliedEndOffset: number;
  readonly appliedEpoch: number;
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly recordsCount: number;
}

export function acceptMetadataBatch(arrival: MetadataBatchArrival): 'apply' | 'skip' | 'diverged' {
  if (arrival.baseOffset + arrival.recordsCount <= arrival.appliedEndOffset) return 'skip';
  if (arrival.baseOffset !== arrival.appliedEndOffset || arrival.leaderEpoch < arrival.appliedEpoch)
    return 'diverged';
  return 'apply';
}
