/**
 * Combinations of keys that Kafka refuses, and those that it overrides without a word to the application. Sources:
 * ProducerConfig, KafkaProducer, KafkaConfig#validateValues, Partition#effectiveMinIsr.
 */
import { ConfigException, resolveProducerConfig } from '../../broker/config/definitions.js';
import { type AuditSettings, type ResolvedSettings, resolveSettings } from './audit-settings.js';

/** Why the brokers or the clients would not start; null: they would. */
export function refusedByKafka(settings: AuditSettings): string | null {
  let resolved: ResolvedSettings;
  try {
    resolved = resolveSettings(settings);
  } catch (error) {
    if (error instanceof ConfigException) return `Kafka refuses this configuration: ${error.message}`;
    throw error;
  }
  const { server } = resolved;
  const waitMax = server['replica.fetch.wait.max.ms'];
  for (const key of ['replica.socket.timeout.ms', 'replica.lag.time.max.ms'] as const) {
    if (waitMax > server[key])
      return `Kafka refuses this configuration: replica.fetch.wait.max.ms=${waitMax} must not be larger than ${key}=${server[key]}`;
  }
  return null;
}

/** One line for each value that does not act as it was written. */
export function overriddenByKafka(settings: AuditSettings): readonly string[] {
  const { producer, topic } = resolveSettings(settings);
  const written = resolveProducerConfig(settings.producer);
  const remarks: string[] = [];
  if (written['enable.idempotence'] && !producer['enable.idempotence'])
    remarks.push(
      `producer: enable.idempotence is off, without a word in the configuration: ${conflictOf(settings)}`,
    );
  if (producer['delivery.timeout.ms'] !== written['delivery.timeout.ms'])
    remarks.push(
      `producer: delivery.timeout.ms is ${producer['delivery.timeout.ms']}, because linger.ms + request.timeout.ms is longer than its default`,
    );
  remarks.push(...ofGroup(settings));
  const minInSync = topic['min.insync.replicas'];
  if (minInSync > settings.replicationFactor)
    remarks.push(
      `topic: min.insync.replicas=${minInSync} acts as ${settings.replicationFactor}, the replication factor: every replica must be in sync`,
    );
  return remarks;
}

/** What acts in a consumer group besides what was written. */
function ofGroup({ processing, broker, brokers, consumer }: AuditSettings): readonly string[] {
  if (processing === null) return [];
  const remarks: string[] = [];
  const isAuto = consumer['enable.auto.commit']?.trim() === 'true';
  if (isAuto && processing.commit !== 'auto')
    remarks.push(
      'consumer: enable.auto.commit=true acts beside the commits of the application: a poll also commits what the polls before returned',
    );
  const replicas = broker['offsets.topic.replication.factor'];
  if (brokers < 3 && replicas === undefined)
    remarks.push(
      `broker: offsets.topic.replication.factor is taken as ${brokers}: with Kafka's default of 3 a cluster of ${brokers} has no group coordinator`,
    );
  if (consumer['auto.offset.reset']?.trim() === 'none')
    remarks.push('consumer: auto.offset.reset=none: the members seek to the beginning when a poll fails');
  return remarks;
}

function conflictOf(settings: AuditSettings): string {
  const { producer } = resolveSettings(settings);
  if (producer.acks !== -1) return `acks=${producer.acks} is not all`;
  if (producer.retries === 0) return 'retries=0';
  return `max.in.flight.requests.per.connection=${producer['max.in.flight.requests.per.connection']} is larger than 5`;
}
