import type { FetchClockSummary } from '../../broker/observer.js';
/**
 * What one follower has fetched from one leader, in the order of arrival (KIP-16). The checker keeps its own record,
 * because the leader's is the work of rules that may be wrong.
 *
 * A session does not name a partition of which the follower has everything, so the time at which the follower last
 * had everything lies between two bounds. `caughtUpAtLeast` counts fetches that named the partition. `caughtUpAtMost`
 * counts every fetch in a session that has named it once.
 */
export class FollowerRecord {
  readonly follower: string;
  /** −1: the follower has not fetched from this leader in this leadership. */
  fetchOffset = -1;
  caughtUpAtLeastMillis = -Infinity;
  caughtUpAtMostMillis = -Infinity;
  #clock: FetchClockSummary | null = null;
  #namedMillis = 0;
  #leaderEndWhenNamed = -1;
  #latestMillis = 0;
  #leaderEndAtLatest = -1;

  constructor(follower: string) {
    this.follower = follower;
  }

  /** A leader epoch begins. A member of the ISR has `replica.lag.time.max.ms` from here. */
  beginEpoch(wasLeader: boolean, nowMillis: number, leaderEndOffset: number): void {
    if (!wasLeader) this.fetchOffset = -1;
    this.caughtUpAtLeastMillis = -Infinity;
    this.caughtUpAtMostMillis = nowMillis;
    this.#clock = null;
    this.#namedMillis = 0;
    this.#latestMillis = 0;
    this.#leaderEndWhenNamed = leaderEndOffset;
    this.#leaderEndAtLatest = leaderEndOffset;
  }

  fetched(fetchOffset: number, clock: FetchClockSummary, leaderEndOffset: number): void {
    const nowMillis = clock.lastFetchMillis;
    if (fetchOffset >= leaderEndOffset) {
      this.#atLeast(nowMillis);
      this.#atMost(nowMillis);
    } else {
      if (fetchOffset >= this.#leaderEndWhenNamed) this.#atLeast(this.#namedMillis);
      if (fetchOffset >= this.#leaderEndAtLatest) this.#atMost(this.#latestMillis);
    }
    this.fetchOffset = fetchOffset;
    this.#clock = clock;
    this.#namedMillis = nowMillis;
    this.#latestMillis = nowMillis;
    this.#leaderEndWhenNamed = leaderEndOffset;
    this.#leaderEndAtLatest = leaderEndOffset;
  }

  /**
   * The leader appends after `leaderEndOffset`. The follower may have had everything up to there until its session's
   * latest fetch.
   */
  leaderAppends(leaderEndOffset: number): void {
    if (this.fetchOffset !== leaderEndOffset || this.#clock === null) return;
    const millis = this.#clock.lastFetchMillis;
    if (millis <= this.#latestMillis) return;
    this.#atMost(millis);
    this.#latestMillis = millis;
    this.#leaderEndAtLatest = leaderEndOffset;
  }

  #atLeast(millis: number): void {
    if (millis > this.caughtUpAtLeastMillis) this.caughtUpAtLeastMillis = millis;
  }

  #atMost(millis: number): void {
    if (millis > this.caughtUpAtMostMillis) this.caughtUpAtMostMillis = millis;
  }
}
