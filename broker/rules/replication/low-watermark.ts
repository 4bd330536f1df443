export interface LowWatermarkReplica {
  /** The log start offset in the follower's last fetch; −1: it has not fetched yet. */
  readonly logStartOffset: number;
  /** The follower's broker is registered and not fenced. */
  readonly isAlive: boolean;
}

export interface LowWatermarkInput {
  /** The leader's own. */
  readonly logStartOffset: number;
  readonly replicas: Iterable<LowWatermarkReplica>;
}

/**
 * The low watermark of a partition (KIP-107, Partition#lowWatermarkIfLeader): the lowest log start offset of its live
 * replicas. DeleteRecords is answered without error when the low watermark has reached the offset, because any of
 * these replicas may lead next.
 */
export function lowWatermark(input: LowWatermarkInput): number {
  let lowest = input.logStartOffset;
  for (const replica of input.replicas)
    if (replica.isAlive && replica.logStartOffset < lowest) lowest = replica.logStartOffset;
  return lowest;
}
