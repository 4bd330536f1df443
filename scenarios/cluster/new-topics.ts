import type { ClusterSpec, TopicSpec } from './cluster-spec.js';

/** The value that CreateTopics uses; −1 is the brokers' `default.replication.factor`. */
function replicationFactorOf({ brokers, config = {} }: ClusterSpec, topic: TopicSpec): number {
  if (topic.replicationFactor !== undefined) return topic.replicationFactor;
  return Object.hasOwn(config, 'default.replication.factor') ? -1 : Math.min(3, brokers);
}

/** The topics of the cluster as CreateTopics requests them, by name. */
export function topicsOf(spec: ClusterSpec) {
  return Object.keys(spec.topics)
    .sort()
    .map((name) => {
      const topic = spec.topics[name]!;
      return {
        name,
        numPartitions: topic.partitions,
        replicationFactor: replicationFactorOf(spec, topic),
        assignments: [],
        configs: Object.entries(topic.config ?? {}).map(([key, value]) => ({ name: key, value })),
      };
    });
}
