/** A live cluster for programs, for example for `beforeAll` of a test file. */
import type { KafkaCluster, LiveClusterOptions } from './kafka-cluster.js';
import { LiveCluster } from './live-cluster.js';

/**
 * Starts a Kafka cluster in this process, on loopback unless `listen` names another address. Clients of any language
 * reach it by `bootstrapServers`. `close()` is a controlled shutdown.
 *
 * ```ts
 * const cluster = await startCluster({ brokers: 3, topics: { orders: { partitions: 6, replicationFactor: 3 } } });
 * const kafka = new Kafka({ brokers: cluster.bootstrapServers.split(',') });
 * ```
 *
 * @throws ConfigException when a configuration key or value is illegal.
 * @throws Error when a port is taken, a topic is refused, or the cluster is not ready within 60 s.
 */
export function startCluster(options: LiveClusterOptions = {}): Promise<KafkaCluster> {
  return LiveCluster.start(options);
}
