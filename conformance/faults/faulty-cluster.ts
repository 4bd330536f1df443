/** A cluster one of whose brokers can be disturbed: Apache Kafka's processes by signals, this project's brokers by its fault plans. */

import { LiveCluster } from '../../live/live-cluster.js';
import type { KafkaDistribution } from '../apache-kafka/distribution.js';
import { type RealCluster, startKafka } from '../apache-kafka/kafka-cluster.js';
import type { Cluster } from '../cluster.js';

export const DISTURBANCES = ['kill -9', 'controlled shutdown', 'pause'] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

export interface FaultyCluster extends Cluster {
  /** Disturbs a broker. The result ends it: the broker runs again. */
  disturb(brokerId: number, disturbance: Disturbance): () => void;
}

const CONFIG = { 'offsets.topic.replication.factor': '3', 'auto.create.topics.enable': 'false' };

export async function startFaultyKafka(distribution: KafkaDistribution): Promise<FaultyCluster> {
  const cluster = await startKafka(distribution, CONFIG);
  return { ...cluster, disturb: (brokerId, disturbance) => signal(cluster, brokerId, disturbance) };
}

function signal(cluster: RealCluster, brokerId: number, disturbance: Disturbance): () => void {
  if (disturbance === 'pause') {
    cluster.kill(brokerId, 'SIGSTOP');
    return () => cluster.kill(brokerId, 'SIGCONT');
  }
  cluster.kill(brokerId, disturbance === 'kill -9' ? 'SIGKILL' : 'SIGTERM');
  return () => cluster.start(brokerId);
}

const KINDS = { 'kill -9': 'crash', 'controlled shutdown': 'clean-restart', pause: 'pause' } as const;

export async function startFaultySeismolog(): Promise<FaultyCluster> {
  const cluster = await LiveCluster.start({ brokers: 3, config: CONFIG });
  return {
    name: 'Seismolog',
    bootstrapServers: cluster.bootstrapServers,
    brokers: new Map(cluster.addresses.map((address, index) => [index + 1, address])),
    close: () => cluster.close(),
    disturb: (brokerId, disturbance) => {
      const fault = cluster.inject({ kind: KINDS[disturbance], target: `b${brokerId}` });
      return () => fault.heal();
    },
  };
}
