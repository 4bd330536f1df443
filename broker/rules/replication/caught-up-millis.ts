/**
 * The last time at which a follower is known to have held the whole log (KIP-16). It is now, if this fetch
 * reaches the leader's log end offset. It is the time of the previous fetch, if this fetch reaches the log
 * end offset that the leader had then.
 */
export interface CaughtUpInput {
  readonly followerEndOffset: number;
  readonly leaderEndOffset: number;
  readonly nowMillis: number;
  readonly previousFetchMillis: number;
  readonly leaderEndOffsetAtPreviousFetch: number;
  readonly lastCaughtUpMillis: number;
}

export function caughtUpMillis(input: CaughtUpInput): number {
  if (input.followerEndOffset >= input.leaderEndOffset)
    return Math.max(input.lastCaughtUpMillis, input.nowMillis);
  if (input.followerEndOffset >= input.leaderEndOffsetAtPreviousFetch) {
    return Math.max(input.lastCaughtUpMillis, input.previousFetchMillis);
  }
  return input.lastCaughtUpMillis;
}
