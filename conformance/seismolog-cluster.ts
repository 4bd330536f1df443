/** This project's cluster, in this process, on real sockets and a real disk. */
import type { Properties } from '../broker/config/definitions.js';
import { LiveCluster } from '../live/live-cluster.js';
import type { Cluster } from './cluster.js';

export async function startSeismolog(config: Properties): Promise<Cluster> {
  const cluster = await LiveCluster.start({ brokers: 3, config });
  return {
    name: 'Seismolog',
    bootstrapServers: cluster.bootstrapServers,
    brokers: new Map(cluster.addresses.map((address, index) => [index + 1, address])),
    close: () => cluster.close(),
  };
}
