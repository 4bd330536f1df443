/**
 * What Kafka guarantees for a set of settings, and what it permits. Every scenario is judged by it. Source: the
 * documentation of `acks`, `min.insync.replicas`, `unclean.leader.election.enable`, `enable.idempotence`; KIP-98,
 * KIP-101, KIP-966.
 *
 * The guarantee is derived from the settings of the run: producer and topic settings come from the same resolution
 * that producers and brokers use. Each topic has a guarantee of its own.
 */

import { resolveProducerSettings } from '../../broker/clients/producer/producer-settings.js';
import type { Properties } from '../../broker/config/definitions.js';
import { effectiveTopicConfig, splitProperties } from '../../broker/config/topic-synonyms.js';
import { splitPartitionName } from '../../broker/protocol/partition-name.js';
import type { ClusterSpec } from '../cluster/cluster-spec.js';
import type { PartitionSettings, RetentionSettings } from '../invariants/partition-model.js';
import { nameInTopic } from '../invariants/partition-names.js';
import type { Workload } from '../workloads/workload.js';

/** The guarantee for the records of one topic. */
export interface TopicGuarantee {
  readonly uncleanElection: boolean;
  /** Every record is on disk before it is acknowledged. */
  readonly flushesEveryRecord: boolean;
  readonly minInsyncReplicas: number;
  readonly retention: RetentionSettings;
}

export interface Guarantee {
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
  readonly retries: number;
  readonly inFlight: number;
  readonly topics: ReadonlyMap<string, TopicGuarantee>;
  /** Topics that the scenario does not name, such as `__consumer_offsets`: the settings of the brokers. */
  readonly otherTopics: TopicGuarantee;
}

export function guaranteeOf(
  cluster: Pick<ClusterSpec, 'config' | 'topics'>,
  workload: Pick<Workload, 'producerConfig'>,
): Guarantee {
  const producer = resolveProducerSettings(workload.producerConfig);
  const { topic: defaults } = splitProperties(cluster.config ?? {});
  return {
    acks: producer.acks,
    idempotent: producer['enable.idempotence'],
    retries: producer.retries,
    inFlight: producer['max.in.flight.requests.per.connection'],
    otherTopics: topicGuarantee([defaults]),
    topics: new Map(
      Object.keys(cluster.topics)
        .sort()
        .map((name) => [name, topicGuarantee([defaults, cluster.topics[name]?.config ?? {}])]),
    ),
  };
}

function topicGuarantee(levels: readonly Properties[]): TopicGuarantee {
  const config = effectiveTopicConfig(levels);
  return {
    uncleanElection: config['unclean.leader.election.enable'],
    flushesEveryRecord: config['flush.messages'] === 1,
    minInsyncReplicas: config['min.insync.replicas'],
    retention: {
      deletes: config['cleanup.policy'].includes('delete'),
      retentionMillis: config['retention.ms'],
      retentionBytes: config['retention.bytes'],
    },
  };
}

/**
 * The guarantee of the topic of `partition` (`orders-0`); that of the brokers' settings for a topic that the scenario
 * does not name.
 */
export function topicGuaranteeOf({ topics, otherTopics }: Guarantee, partition: string): TopicGuarantee {
  return topics.get(splitPartitionName(nameInTopic(partition)).topic) ?? otherTopics;
}

/** The settings of a partition that the replica checker needs. */
export function partitionSettings(guarantee: Guarantee, partition: string): PartitionSettings {
  const { flushesEveryRecord, ...settings } = topicGuaranteeOf(guarantee, partition);
  return { ...settings, diskLoss: !flushesEveryRecord };
}

/** `acks=all, min.insync.replicas=2, idempotent` …: the settings in words, named with each verdict. */
export function profileName(guarantee: Guarantee): string {
  const { acks, idempotent, retries, topics } = guarantee;
  return [
    `acks=${acks === -1 ? 'all' : acks}`,
    ...perTopic(topics, ({ minInsyncReplicas }) => `min.insync.replicas=${minInsyncReplicas}`),
    idempotent ? 'idempotent' : `retries=${retries === 2_147_483_647 ? 'max' : retries}`,
    ...perTopic(topics, (topic) => (topic.uncleanElection ? 'unclean.leader.election.enable' : null)),
    ...perTopic(topics, (topic) => (topic.flushesEveryRecord ? 'flush.messages=1' : null)),
  ].join(', ');
}

/**
 * The words once if they are true of every topic, else with the names of their topics: `flush.messages=1 (payments)`.
 */
function perTopic(
  topics: ReadonlyMap<string, TopicGuarantee>,
  wordsOf: (topic: TopicGuarantee) => string | null,
): string[] {
  const byWords = new Map<string, string[]>();
  for (const [name, topic] of topics) {
    const words = wordsOf(topic);
    if (words !== null) byWords.set(words, [...(byWords.get(words) ?? []), name]);
  }
  return [...byWords].map(([words, names]) =>
    names.length === topics.size ? words : `${words} (${names.join(', ')})`,
  );
}

/**
 * Anomalies that no Kafka setting forbids, because writes are not isolated from each other (kafka.clj,
 * allowed-error-types).
 */
export const ALWAYS_ALLOWED: ReadonlyMap<string, string> = new Map(
  [
    'int-send-skip',
    'G0',
    'G0-process',
    'G0-realtime',
    'PL-1-cycle-exists',
    'strong-session-PL-1-cycle-exists',
    'strong-PL-1-cycle-exists',
    'G1c',
    'G1c-process',
    'G1c-realtime',
    'PL-2-cycle-exists',
    'strong-session-PL-2-cycle-exists',
    'strong-PL-2-cycle-exists',
  ].map((name) => [name, 'Kafka does not isolate writes from each other']),
);
