/**
 * When a leader proposes a follower for the ISR. Its log must reach the high watermark *and* the start of the leader's
 * epoch (KAFKA-7128: a fresh leader's high watermark lags the true one), known from a fetch in this epoch (KIP-320),
 * made by the incarnation that the metadata knows (KIP-903, KAFKA-15221), unfenced and not shutting down.
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
