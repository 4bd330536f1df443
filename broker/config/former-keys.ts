/**
 * Keys that Kafka no longer has, and keys that look like Kafka's and are not. Kafka 4.3 ignores them, with a warning in
 * its log. Sources: the upgrade notes of Kafka 0.9 to 4.3, KIP-32, KIP-500, KIP-724, KIP-896, KIP-937, KIP-1030.
 */
import type { ConfigKind } from './kafka-keys/index.js';

interface FormerGroup {
  readonly kinds: readonly ConfigKind[];
  readonly keys: RegExp;
  /** What became of the key, as a sentence without its subject. */
  readonly became: string;
}

const CLIENTS: readonly ConfigKind[] = ['producer', 'consumer'];
const SERVERS: readonly ConfigKind[] = ['broker'];
const EVERY: readonly ConfigKind[] = ['broker', 'topic', 'producer', 'consumer'];

const GROUPS: readonly FormerGroup[] = [
  {
    kinds: SERVERS,
    keys: /^zookeeper\./,
    became:
      'was removed in Kafka 4.0 with ZooKeeper: controllers keep the metadata (controller.quorum.bootstrap.servers, KIP-500)',
  },
  {
    kinds: ['consumer'],
    keys: /^(zookeeper\..*|offsets\.storage|dual\.commit\.enabled|rebalance\.(max\.retries|backoff\.ms)|refresh\.leader\.backoff\.ms|num\.consumer\.fetchers|queued\.max\.message\.chunks|consumer\.timeout\.ms)$/,
    became: 'belonged to the Scala consumer, which was removed in Kafka 2.0',
  },
  {
    kinds: SERVERS,
    keys: /^inter\.broker\.protocol\.version$/,
    became:
      'was removed in Kafka 4.0: the feature metadata.version, set with kafka-features.sh, took its place',
  },
  {
    kinds: ['broker', 'topic'],
    keys: /^(log\.)?message\.format\.version$/,
    became: 'was removed in Kafka 4.0: the message format is version 2 always (KIP-724)',
  },
  {
    kinds: ['broker', 'topic'],
    keys: /^(log\.)?message\.downconversion\.enable$/,
    became:
      'was removed in Kafka 4.0: brokers no longer convert records for clients older than 2.1 (KIP-896)',
  },
  {
    kinds: ['broker', 'topic'],
    keys: /^(log\.)?message\.timestamp\.difference\.max\.ms$/,
    became:
      'was removed in Kafka 4.0: message.timestamp.before.max.ms and message.timestamp.after.max.ms took its place (KIP-937)',
  },
  {
    kinds: SERVERS,
    keys: /^(broker\.id\.generation\.enable|reserved\.broker\.max\.id)$/,
    became: 'was removed in Kafka 4.0 with ZooKeeper: every node states its own node.id',
  },
  {
    kinds: SERVERS,
    keys: /^password\.encoder\./,
    became: 'was removed in Kafka 4.0 with ZooKeeper, in which passwords were stored encoded',
  },
  {
    kinds: SERVERS,
    keys: /^control\.plane\.listener\.name$/,
    became: 'was removed in Kafka 4.0: controllers have listeners of their own (controller.listener.names)',
  },
  {
    kinds: SERVERS,
    keys: /^controlled\.shutdown\.(max\.retries|retry\.backoff\.ms)$/,
    became: 'was removed in Kafka 4.0: a broker asks for its controlled shutdown in heartbeats',
  },
  {
    kinds: SERVERS,
    keys: /^(host\.name|port|advertised\.host\.name|advertised\.port)$/,
    became: 'was removed in Kafka 3.0: listeners and advertised.listeners took its place',
  },
  {
    kinds: SERVERS,
    keys: /^quota\.(producer|consumer)\.default$/,
    became: 'was removed in Kafka 3.0: quotas are set with kafka-configs.sh',
  },
  {
    kinds: SERVERS,
    keys: /^replica\.lag\.max\.messages$/,
    became: 'was removed in Kafka 0.9: replica.lag.time.max.ms alone decides who is in sync (KIP-16)',
  },
  {
    kinds: SERVERS,
    keys: /^offsets\.commit\.required\.acks$/,
    became: 'was removed in Kafka 4.0: commits of offsets always have acks=all',
  },
  {
    kinds: SERVERS,
    keys: /^delegation\.token\.master\.key$/,
    became: 'was removed in Kafka 4.0: its name is delegation.token.secret.key',
  },
  {
    kinds: SERVERS,
    keys: /^(group\.coordinator\.new\.enable|unstable\.metadata\.versions\.enable)$/,
    became: 'was removed in Kafka 4.0: the new group coordinator is the only one',
  },
  {
    kinds: EVERY,
    keys: /^auto\.include\.jmx\.reporter$/,
    became: 'was removed in Kafka 4.0: metric.reporters names JmxReporter by default',
  },
  {
    kinds: ['producer'],
    keys: /^(metadata\.fetch\.timeout\.ms|block\.on\.buffer\.full)$/,
    became: 'was removed: max.block.ms took its place (Kafka 0.9)',
  },
  {
    kinds: ['producer'],
    keys: /^timeout\.ms$/,
    became: 'was removed: request.timeout.ms took its place (Kafka 0.9)',
  },
  {
    kinds: ['producer'],
    keys: /^request\.required\.acks$/,
    became: 'belonged to the Scala producer, which was removed in Kafka 2.0: its name is acks',
  },
  {
    kinds: ['producer'],
    keys: /^(message\.send\.max\.retries|producer\.type|queue\.(buffering\.max\.(ms|messages)|enqueue\.timeout\.ms)|serializer\.class|key\.serializer\.class|batch\.num\.messages|compression\.codec|compressed\.topics|topic\.metadata\.refresh\.interval\.ms|request\.timeout)$/,
    became: 'belonged to the Scala producer, which was removed in Kafka 2.0',
  },
  {
    kinds: CLIENTS,
    keys: /^metadata\.broker\.list$/,
    became: 'belonged to the Scala clients, which were removed in Kafka 2.0: its name is bootstrap.servers',
  },
  {
    kinds: ['consumer'],
    keys: /^auto\.commit\.enable$/,
    became: 'belonged to the Scala consumer, which was removed in Kafka 2.0: its name is enable.auto.commit',
  },
  {
    kinds: ['consumer'],
    keys: /^fetch\.message\.max\.bytes$/,
    became:
      'belonged to the Scala consumer, which was removed in Kafka 2.0: its name is max.partition.fetch.bytes',
  },
];

/** What became of a key that Kafka 4.3 does not have; null: no version of Kafka had the key. */
export function formerKey(kind: ConfigKind, key: string): string | null {
  const group = GROUPS.find(({ kinds, keys }) => kinds.includes(kind) && keys.test(key));
  return group?.became ?? null;
}
