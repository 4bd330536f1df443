export interface FollowerBatchInput {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /**
   * The base offset that the batch must have: the log end offset, or the end of the previous batch in the
   * same response.
   */
  readonly expectedOffset: number;
  /** `cleanup.policy` contains `compact`. */
  readonly isCompacted: boolean;
  readonly leaderEpoch: number;
  readonly latestLeaderEpoch: number;
}

/**
 * Whether a follower appends a batch that its leader sent. The base offset of the batch must be the log end
 * offset. Kafka refuses a base offset below the log end (`UnexpectedAppendOffsetException`, KAFKA-6975) and
 * accepts one above it, because compaction leaves gaps. In a log that is not compacted a gap means that a
 * batch was lost on the way.
 */
export function acceptsFollowerBatch(input: FollowerBatchInput): boolean {
  const { baseOffset, expectedOffset, lastOffset } = input;
  const follows = baseOffset === expectedOffset || (input.isCompacted && baseOffset > expectedOffset);
  return follows && lastOffset >= baseOffset;
}
