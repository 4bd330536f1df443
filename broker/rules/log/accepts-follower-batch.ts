export interface FollowerBatchInput {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Where the batch must begin: the log end, or the end of the batch before it in the same response. */
  readonly expectedOffset: number;
  readonly leaderEpoch: number;
  readonly latestLeaderEpoch: number;
}

/**
 * Whether a follower appends a batch that its leader sent. It must continue the log: an offset below the end would
 * write a record twice, one above it would leave a hole (`UnexpectedAppendOffsetException`, KAFKA-6976).
 */
export function acceptsFollowerBatch(input: FollowerBatchInput): boolean {
  return input.baseOffset === input.expectedOffset && input.lastOffset >= input.baseOffset;
}
