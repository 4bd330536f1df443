/** Whether a follower leaves the ISR: it has not held the whole log for replica.lag.time.max.ms (KIP-16). */
export interface OutOfSyncInput {
  readonly followerEndOffset: number;
  readonly leaderEndOffset: number;
  readonly lastCaughtUpMillis: number;
  readonly nowMillis: number;
  readonly lagTimeMaxMillis: number;
}

export function isOutOfSync(input: OutOfSyncInput): boolean {
  return (
    input.followerEndOffset !== input.leaderEndOffset &&
    input.nowMillis - input.lastCaughtUpMillis > input.lagTimeMaxMillis
  );
}
