/** What a live cluster shows of itself: nodes, partitions, replicas. */
import type { MetadataImage } from '../broker/metadata/metadata-image.js';
import type { BrokerServer } from '../broker/server/broker-server.js';
import { brokerHost } from '../scenarios/cluster/cluster-spec.js';
import type { PartitionDirectory } from '../scenarios/cluster/targets.js';
import type { ClusterState, PartitionState, ReplicaState } from './kafka-cluster.js';
import type { LiveCluster } from './live-cluster.js';

export function clusterState(cluster: LiveCluster): ClusterState {
  const { brokers, controller, clusterId, bootstrapServers } = cluster;
  const image = controller.server?.image ?? null;
  return {
    clusterId,
    bootstrapServers,
    controller: { host: controller.name, state: controller.state },
    brokers: brokers.map(({ name, port, state }, index) => ({
      id: index + 1,
      host: name,
      port,
      state,
      unfenced: image?.brokers.get(index + 1)?.fenced === false,
    })),
    partitions: image === null ? [] : partitionsOf(image, cluster),
  };
}

function partitionsOf(image: MetadataImage, cluster: LiveCluster): PartitionState[] {
  return [...image.partitions.values()]
    .map((partition) => ({
      topic: partition.topic,
      partition: partition.partitionId,
      leader: partition.leader,
      leaderEpoch: partition.leaderEpoch,
      partitionEpoch: partition.partitionEpoch,
      isr: partition.isr,
      replicas: partition.replicas.map((broker) =>
        replicaState(
          broker,
          cluster.brokers[broker - 1]?.server ?? null,
          partition.topic,
          partition.partitionId,
        ),
      ),
    }))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

function replicaState(
  broker: number,
  server: BrokerServer | null,
  topic: string,
  partition: number,
): ReplicaState {
  const replica = server?.replicas?.find(topic, partition) ?? null;
  return {
    broker,
    logStartOffset: replica?.log.logStartOffset ?? null,
    highWatermark: replica?.highWatermark ?? null,
    logEndOffset: replica?.log.logEndOffset ?? null,
  };
}

/** Fault targets by the image of the controller. While the controller is down no partition is known. */
export function partitionDirectory(image: () => MetadataImage | null): PartitionDirectory {
  return {
    names: () => [...(image()?.partitions.keys() ?? [])],
    find: (name) => {
      const partition = image()?.partitions.get(name);
      if (partition === undefined) return null;
      const { leader, replicas } = partition;
      return { leader: leader < 0 ? null : brokerHost(leader), replicas: replicas.map(brokerHost) };
    },
  };
}
