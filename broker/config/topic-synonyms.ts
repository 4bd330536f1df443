/**
 * The names that a broker's configuration uses for the broker-wide defaults of topic settings
 * (org.apache.kafka.server.config.ServerTopicConfigSynonyms).
 */
import { BROKER_NAMES } from './broker-names.js';
import { type Properties, resolveTopicConfig, type TopicConfig, topicDefinitions } from './definitions.js';

const topicNames = new Map(
  Object.entries(BROKER_NAMES)
    .filter(([topicName]) => Object.hasOwn(topicDefinitions, topicName))
    .map(([topicName, brokerName]) => [brokerName, topicName]),
);

/** The topic setting whose default this broker setting is; null: the broker setting is no such default. */
export const topicSettingOf = (brokerSetting: string): string | null => topicNames.get(brokerSetting) ?? null;

/** Topic settings under the names that a broker uses for its defaults. */
export function brokerDefaultsOf(topicSettings: Properties): ReadonlyMap<string, string> {
  return new Map(Object.entries(topicSettings).map(([name, value]) => [BROKER_NAMES[name] ?? name, value]));
}

/** The topic settings among a broker's settings, under the names that topics use. */
export function topicDefaultsOf(brokerSettings: Iterable<readonly [string, string]>): Properties {
  const defaults: Record<string, string> = {};
  for (const [name, value] of brokerSettings) {
    const topicName = topicNames.get(name);
    if (topicName !== undefined) defaults[topicName] = value;
  }
  return defaults;
}

/**
 * The only place where a topic's settings are resolved: Kafka's defaults, then each level over the one
 * before it, from the broker's own properties to the topic's overrides. Every level uses the names of topic
 * settings. Both the brokers and the judge call this function.
 *
 * @throws ConfigException when a key is unknown or a value is illegal.
 */
export function effectiveTopicConfig(levels: readonly Properties[]): TopicConfig {
  return resolveTopicConfig(Object.assign({}, ...levels));
}

/**
 * One process's properties in two parts: those that `resolveServerConfig` reads or refuses, and the
 * defaults of topic settings under the names that topics use. As in Kafka, a broker accepts such a default
 * only under the broker's name for it (`log.segment.bytes`).
 */
export function splitProperties(properties: Properties): {
  readonly server: Properties;
  readonly topic: Properties;
} {
  const server: Record<string, string> = {};
  const topic: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    const topicName = topicSettingOf(name);
    if (topicName !== null) topic[topicName] = value;
    else server[name] = value;
  }
  const retention = retentionOf(properties);
  if (retention !== null) topic['retention.ms'] = retention;
  return { server, topic };
}

/**
 * `retention.ms` from `log.retention.minutes`, or else `log.retention.hours` (AbstractKafkaConfig#logRetentionTimeMillis);
 * null: neither counts. `log.retention.ms` prevails over both. A negative time is no limit. `resolveServerConfig` refuses
 * what is no number.
 */
function retentionOf(properties: Properties): string | null {
  if (properties['log.retention.ms'] !== undefined) return null;
  const minutes = properties['log.retention.minutes'];
  const value = Number(minutes ?? properties['log.retention.hours'] ?? Number.NaN);
  if (!Number.isSafeInteger(value)) return null;
  return String(value < 0 ? -1 : value * (minutes === undefined ? 3_600_000 : 60_000));
}
