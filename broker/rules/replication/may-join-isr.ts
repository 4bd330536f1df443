/**
 * Whether a leader proposes a follower for the ISR.
 * - The follower's log reaches the high watermark *and* the start of the leader's epoch (KAFKA-7128: a new
 *   leader's high watermark lags the true one).
 * - The follower has fetched in this leader epoch (KIP-320).
 * - The fetch came from the incarnation in the metadata (KIP-903, KAFKA-15221).
 * - The broker is unfenced and not shutting down.
 */
export interface MayJoinIsrInput {
  readonly followerEndOffset: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
  readonly leaderEpoch: number;
  readonly leaderEpochStartOffset: number;
  /** The leader epoch of the follower's last fetch; −1: it has not fetched in this leadership. */
  readonly lastFetchLeaderEpoch: number;
  /** −1: the fetch carried none. */
  readonly fetchBrokerEpoch: number;
  /** −1: not registered. */
  readonly metadataBrokerEpoch: number;
  readonly fenced: boolean;
  readonly shuttingDown: boolean;
}

export function mayJoinIsr(input: MayJoinIsrInput): boolean {
  return (
    !input.fenced &&
    !input.shuttingDown &&
    input.metadataBrokerEpoch !== -1 &&
    (input.fetchBrokerEpoch === -1 || input.fetchBrokerEpoch === input.metadataBrokerEpoch) &&
    input.lastFetchLeaderEpoch !== -1 &&
    input.followerEndOffset >= input.highWatermark &&
    input.followerEndOffset >= input.leaderEpochStartOffset
  );
}
