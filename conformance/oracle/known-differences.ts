/**
 * The differences from Apache Kafka 4.3 that stay, each with its reason and Kafka's source. A pattern is matched with the kind of a
 * difference (`compare.ts`): API, field, Kafka's value / ours. The list may only shrink.
 */
import type { Difference } from './compare.js';

export interface KnownDifference {
  readonly kind: RegExp;
  readonly reason: string;
  readonly source: string;
}

const SOURCE = 'https://github.com/apache/kafka/blob/4.3/';

const knownDifferences: readonly KnownDifference[] = [
  {
    kind: /^ApiVersions apiKeys\.apiKey=\d+: a struct \/ absent$/,
    reason: 'an API that this broker does not have is not offered; docs/ lists them with their reasons',
    source: `${SOURCE}clients/src/main/java/org/apache/kafka/common/protocol/ApiKeys.java`,
  },
  {
    kind: /^ApiVersions (finalizedFeatures|supportedFeatures)\b/,
    reason:
      'the features that are finalised are those that the cluster has: no transactions, share groups or streams groups',
    source: `${SOURCE}server-common/src/main/java/org/apache/kafka/server/common/Feature.java`,
  },
  {
    kind: /^ApiVersions finalizedFeaturesEpoch\b/,
    reason: 'the epoch is an offset of the metadata log, whose records are of another number',
    source: `${SOURCE}core/src/main/scala/kafka/server/metadata/KRaftMetadataCache.scala`,
  },
  {
    kind: /^CreateTopics topics\[\]\.configs\b/,
    reason: 'settings of a new topic are those of this broker’s configuration keys',
    source: `${SOURCE}metadata/src/main/java/org/apache/kafka/controller/ReplicationControlManager.java`,
  },
  {
    kind: /^DescribeConfigs results\[\]\.configs\.name=[a-z.]+\.documentation: /,
    reason:
      'the documentation of a setting is its standing here, because Kafka’s describes what Kafka does with it',
    source: `${SOURCE}clients/src/main/java/org/apache/kafka/common/config/TopicConfig.java`,
  },
  {
    kind: /^DescribeConfigs results\[\]\.configs\.name=min\.insync\.replicas\.(configSource|synonyms)/,
    reason:
      'eligible leader replicas (KIP-966) are off here; where they are on, the controller sets min.insync.replicas for the whole cluster',
    source: `${SOURCE}metadata/src/main/java/org/apache/kafka/controller/ConfigurationControlManager.java`,
  },
  {
    kind: /^DescribeLogDirs results\[\]\.(totalBytes|usableBytes): n \/ -1$/,
    reason: 'the size of the volume is not known to a broker here, which Kafka, too, answers with -1',
    source: `${SOURCE}clients/src/main/resources/common/message/DescribeLogDirsResponse.json`,
  },
  {
    kind: /^Produce : silence \/ (a struct|closed)$/,
    reason:
      'records that are null end a handler of Kafka with an exception before the answer; here they are INVALID_RECORD',
    source: `${SOURCE}core/src/main/scala/kafka/server/KafkaApis.scala`,
  },
  {
    kind: /^Metadata topics\.name=(__consumer_offsets|__transaction_state|__share_group_state)\b/,
    reason: 'an answer about all topics has those that others use on the same cluster',
    source: `${SOURCE}core/src/main/scala/kafka/server/KafkaApis.scala`,
  },
];

/** The differences without an explanation. */
export function unexplained(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ kind }) => !knownDifferences.some((known) => known.kind.test(kind)));
}
