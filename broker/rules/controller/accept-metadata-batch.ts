/**
 * What a broker does with a batch of the metadata log (KIP-595): it applies each exactly once and in order.
 * `diverged`: a gap, or an epoch that went back; what it applied so far cannot be trusted.
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
