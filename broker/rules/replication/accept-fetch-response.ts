/**
 * Whether a follower may use a fetch response. Its log end offset and leader epoch must still be those of
 * its request (KIP-320). A late response would append records at the wrong place.
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
