/**
 * What a leader knows of one follower, from its fetches (kafka.cluster.Replica). Times are the wall clock's, as Kafka's.
 * `fetchClock` is the fetch session that covers this partition: a follower that has everything sends nothing about it,
 * and the session's own last fetch stands for the fetches it did not spell out.
 */
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { RemoteReplicaView } from '../rules/replication/next-high-watermark.js';

export interface FetchClock {
  readonly lastFetchMillis: number;
}

export class RemoteReplica implements RemoteReplicaView {
  readonly brokerId: number;
  logEndOffset = -1;
  lastCaughtUpMillis = 0;
  lastFetchMillis = 0;
  leaderEndOffsetAtLastFetch = -1;
  lastFetchLeaderEpoch = -1;
  /** Of its last fetch; −1: unknown. */
  brokerEpoch = -1;
  /** It fetched while the ISR was changing: whether it may join could not be asked then. */
  awaitsExpansion = false;
  inIsr = false;
  inMaximalIsr = false;
  fetchClock: FetchClock | null = null;
  readonly #image: MetadataImage;

  constructor(brokerId: number, image: MetadataImage) {
    this.brokerId = brokerId;
    this.#image = image;
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
