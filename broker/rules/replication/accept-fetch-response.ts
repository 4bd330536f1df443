/**
 * Whether a follower may use what a leader sent: only if its log is still where it was when it asked, in the same epoch
 * (KIP-320). A late answer would put records where others belong.
 */
export interface FetchResponseInput {
  readonly requestedOffset: number;
  readonly requestedLeaderEpoch: number;
  readonly requestedLastFetchedEpoch: number;
  readonly logEndOffset: number;
  readonly currentLeaderEpoch: number;
  readonly currentLastFetchedEpoch: number;
}

export function acceptFetchResponse(input: FetchResponseInput): boolean {
  return (
    input.requestedOffset === input.logEndOffset && input.requestedLeaderEpoch === input.currentLeaderEpoch
  );
}
