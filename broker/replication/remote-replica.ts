/**
 * What a leader knows of one follower from its fetches (kafka.cluster.Replica). Times are wall clock times, as in
 * Kafka. `fetchClock` is the fetch session that covers this partition. A follower that has everything does not name
 * the partition in its fetches, so the session's last fetch counts as a fetch of the partition.
 */
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { RemoteReplicaView } from '../rules/replication/next-high-watermark.js';

export interface FetchClock {
  readonly lastFetchMillis: number;
}

export class RemoteReplica implements RemoteReplicaView {
  readonly brokerId: number;
  logEndOffset = -1;
  /** −1: the follower has not fetched from this leader yet. */
  logStartOffset = -1;
  lastCaughtUpMillis = 0;
  lastFetchMillis = 0;
  leaderEndOffsetAtLastFetch = -1;
  lastFetchLeaderEpoch = -1;
  /** The broker epoch of the last fetch; −1: unknown. */
  brokerEpoch = -1;
  /** The replica fetched while an ISR change was pending, so whether it may join was not decided. */
  awaitsExpansion = false;
  inIsr = false;
  inMaximalIsr = false;
  fetchClock: FetchClock | null = null;
  readonly #image: MetadataImage;

  constructor(brokerId: number, image: MetadataImage) {
    this.brokerId = brokerId;
    this.#image = image;
  }

  /** MetadataCache#hasAliveBroker. */
  get isAlive(): boolean {
    return this.#image.brokers.get(this.brokerId)?.fenced === false;
  }

  get isrEligible(): boolean {
    const broker = this.#image.brokers.get(this.brokerId);
    return (
      broker !== undefined &&
      !broker.fenced &&
      !broker.inControlledShutdown &&
      (this.brokerEpoch === -1 || this.brokerEpoch === broker.brokerEpoch)
    );
  }
}
