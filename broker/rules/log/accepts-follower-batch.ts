export interface FollowerBatchInput {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Where the batch must begin: the log end, or the end of the batch before it in the same response. */
  readonly expectedOffset: number;
  readonly leaderEpoch: number;
  readonly latestLeaderEpoch: number;
}

/**
 * Whether a follower appends a batch that its leader sent. The batch must begin at the log end. Kafka refuses an offset below
 * the log end (`UnexpectedAppendOffsetException`, KAFKA-6975) and accepts one above it, since compaction leaves gaps. Logs
 * here are not compacted, so a gap is a batch that went missing on the way.
 */
export function acceptsFollowerBatch(input: FollowerBatchInput): boolean {
  return input.baseOffset === input.expectedOffset && input.lastOffset >= input.baseOffset;
}
