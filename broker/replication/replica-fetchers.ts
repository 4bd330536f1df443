/** One fetcher for each leader broker that this broker follows (kafka.server.ReplicaFetcherManager). */
import type { Address } from '../env.js';
import type { Following, Partition } from './partition.js';
import { ReplicaFetcher } from './replica-fetcher.js';
import type { ReplicationContext } from './replication-context.js';

export class ReplicaFetchers implements Following {
  readonly #brokerEpoch: () => number;
  readonly #innerListenerOf: ((brokerId: number) => Address) | null;
  readonly #fetchers = new Map<number, ReplicaFetcher>();
  readonly #followed = new Map<Partition, ReplicaFetcher>();
  #context: ReplicationContext | null = null;

  /** @param innerListenerOf where a broker serves the other brokers; null: at the address of its registration. */
  constructor(brokerEpoch: () => number, innerListenerOf: ((brokerId: number) => Address) | null = null) {
    this.#brokerEpoch = brokerEpoch;
    this.#innerListenerOf = innerListenerOf;
  }

  /** Called once, before any partition is followed. */
  attach(context: ReplicationContext): void {
    this.#context = context;
  }

  follow(partition: Partition, leaderId: number): void {
    this.unfollow(partition);
    const fetcher = this.#fetcherOf(leaderId);
    if (fetcher === null) return;
    this.#followed.set(partition, fetcher);
    fetcher.follow(partition);
  }

  unfollow(partition: Partition): void {
    const fetcher = this.#followed.get(partition);
    if (fetcher === undefined) return;
    this.#followed.delete(partition);
    fetcher.unfollow(partition);
  }

  /** A broker may have registered with another address. */
  onBrokerChanged(brokerId: number): void {
    const broker = this.#context?.image.brokers.get(brokerId);
    const fetcher = this.#fetchers.get(brokerId);
    if (broker === undefined || fetcher === undefined) return;
    const address = this.#innerListenerOf?.(brokerId) ?? broker;
    if (address.host === fetcher.address.host && address.port === fetcher.address.port) return;
    const partitions = [...this.#followed].filter(([, by]) => by === fetcher).map(([partition]) => partition);
    fetcher.close();
    this.#fetchers.delete(brokerId);
    for (const partition of partitions) this.follow(partition, brokerId);
  }

  /** Closes connections to leaders from which no partition is fetched any more. */
  closeIdle(): void {
    for (const [leaderId, fetcher] of this.#fetchers) {
      if (!fetcher.isIdle) continue;
      fetcher.close();
      this.#fetchers.delete(leaderId);
    }
  }

  close(): void {
    for (const fetcher of this.#fetchers.values()) fetcher.close();
    this.#fetchers.clear();
    this.#followed.clear();
  }

  #fetcherOf(leaderId: number): ReplicaFetcher | null {
    const context = this.#context;
    const known = this.#fetchers.get(leaderId);
    if (known !== undefined || context === null) return known ?? null;
    const broker = context.image.brokers.get(leaderId);
    if (broker === undefined) return null;
    const { host, port } = this.#innerListenerOf?.(leaderId) ?? broker;
    const fetcher = new ReplicaFetcher({
      context,
      leaderId,
      address: { host, port },
      brokerEpoch: this.#brokerEpoch,
    });
    this.#fetchers.set(leaderId, fetcher);
    return fetcher;
  }
}
