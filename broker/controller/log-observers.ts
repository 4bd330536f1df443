/**
 * How far each observer has fetched the metadata log (org.apache.kafka.raft.LeaderState). The leader knows it from
 * the fetches alone, so it begins anew with each epoch. An observer that fetched nothing for five minutes is forgotten.
 */

export interface ObserverProgress {
  readonly replicaId: number;
  readonly replicaDirectoryId: string;
  readonly logEndOffset: number;
  readonly lastFetchTimestamp: number;
  /** The last time at which the observer had everything that was in the log. −1: never. */
  readonly lastCaughtUpTimestamp: number;
}

export interface ObserverFetch {
  /** Below 0: no replica. */
  readonly replicaId: number;
  readonly replicaDirectoryId: string;
  readonly fetchOffset: number;
  /** The end offset of the leader's log. */
  readonly leaderEndOffset: number;
  readonly nowMillis: number;
}

/** org.apache.kafka.raft.LeaderState#OBSERVER_SESSION_TIMEOUT_MS */
const SESSION_TIMEOUT_MILLIS = 300_000;
/** Kafka has no limit. Anyone may claim to be an observer, so the memory for them must be bounded. */
const OBSERVERS_MAX = 1_000;

interface Observer {
  readonly replicaId: number;
  readonly replicaDirectoryId: string;
  logEndOffset: number;
  lastFetchTimestamp: number;
  lastCaughtUpTimestamp: number;
  /** The leader's end offset at the last fetch. */
  leaderEndOffset: number;
}

export class LogObservers {
  /** By replica and directory, in the order of their first fetches. */
  readonly #observers = new Map<string, Observer>();

  fetched(fetch: ObserverFetch): void {
    if (fetch.replicaId < 0) return;
    const observer = this.#observerOf(fetch);
    if (observer === null) return;
    const { fetchOffset, leaderEndOffset, nowMillis } = fetch;
    if (fetchOffset >= leaderEndOffset) {
      observer.lastCaughtUpTimestamp = Math.max(observer.lastCaughtUpTimestamp, nowMillis);
    } else if (observer.leaderEndOffset > 0 && fetchOffset >= observer.leaderEndOffset) {
      // It has what was in the log when it fetched last, so it had caught up with that time.
      observer.lastCaughtUpTimestamp = Math.max(observer.lastCaughtUpTimestamp, observer.lastFetchTimestamp);
    }
    observer.leaderEndOffset = leaderEndOffset;
    observer.lastFetchTimestamp = Math.max(observer.lastFetchTimestamp, nowMillis);
    observer.logEndOffset = fetchOffset;
  }

  active(nowMillis: number): readonly ObserverProgress[] {
    this.#forgetInactive(nowMillis);
    return [...this.#observers.values()].map(
      ({ replicaId, replicaDirectoryId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp }) => ({
        replicaId,
        replicaDirectoryId,
        logEndOffset,
        lastFetchTimestamp,
        lastCaughtUpTimestamp,
      }),
    );
  }

  #observerOf({ replicaId, replicaDirectoryId, nowMillis }: ObserverFetch): Observer | null {
    const key = `${replicaId}/${replicaDirectoryId}`;
    const known = this.#observers.get(key);
    if (known !== undefined) return known;
    if (this.#observers.size >= OBSERVERS_MAX) this.#forgetInactive(nowMillis);
    if (this.#observers.size >= OBSERVERS_MAX) return null;
    const observer = {
      replicaId,
      replicaDirectoryId,
      logEndOffset: -1,
      lastFetchTimestamp: -1,
      lastCaughtUpTimestamp: -1,
      leaderEndOffset: -1,
    };
    this.#observers.set(key, observer);
    return observer;
  }

  #forgetInactive(nowMillis: number): void {
    for (const [key, { lastFetchTimestamp }] of this.#observers) {
      if (nowMillis - lastFetchTimestamp >= SESSION_TIMEOUT_MILLIS) this.#observers.delete(key);
    }
  }
}
