/** The configuration that an audit measures: Kafka's own keys, as they were written, and the shape of the cluster. */
import { resolveProducerSettings } from '../../broker/clients/producer/producer-settings.js';
import {
  type ProducerConfig,
  type Properties,
  resolveServerConfig,
  type ServerConfig,
  type TopicConfig,
} from '../../broker/config/definitions.js';
import { effectiveTopicConfig, splitProperties } from '../../broker/config/topic-synonyms.js';

export interface AuditSettings {
  readonly brokers: number;
  readonly replicationFactor: number;
  readonly partitions: number;
  readonly broker: Properties;
  readonly topic: Properties;
  readonly producer: Properties;
  readonly consumer: Properties;
}

export const PROCESS_KINDS = ['broker', 'topic', 'producer', 'consumer'] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

export const DEFAULT_SETTINGS: AuditSettings = {
  brokers: 3,
  replicationFactor: 3,
  partitions: 3,
  broker: {},
  topic: {},
  producer: {},
  consumer: {},
};

/** The settings as brokers and clients resolve them. */
export interface ResolvedSettings {
  readonly server: ServerConfig;
  readonly topic: TopicConfig;
  readonly producer: ProducerConfig;
}

/** @throws ConfigException when Kafka refuses a value, or a combination. */
export function resolveSettings({ broker, topic, producer }: AuditSettings): ResolvedSettings {
  const { server, topic: defaults } = splitProperties(broker);
  return {
    server: resolveServerConfig(server),
    topic: effectiveTopicConfig([defaults, topic]),
    producer: resolveProducerSettings(producer),
  };
}

/** Keys that act only in a consumer group. The readers of an audit have none. */
const GROUP_KEYS =
  /^(group\..*|enable\.auto\.commit|auto\.commit\.interval\.ms|session\.timeout\.ms|heartbeat\.interval\.ms|max\.poll\.interval\.ms|partition\.assignment\.strategy|default\.api\.timeout\.ms)$/;

export const isGroupKey = (key: string): boolean => GROUP_KEYS.test(key);

const SHAPE = ['brokers', 'replicationFactor', 'partitions'] as const;

/**
 * The settings as words, which name a scenario: `brokers=3 … producer.acks=1`. The words are the same for the same
 * settings, whatever the order in which they were written.
 */
export function settingsToWords(settings: AuditSettings): string {
  const words = SHAPE.map((name) => `${name}=${settings[name]}`);
  for (const kind of PROCESS_KINDS) {
    const properties = Object.entries(settings[kind]).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, value] of properties) words.push(`${kind}.${key}=${encodeURIComponent(value.trim())}`);
  }
  return words.join(' ');
}

/** Null: the words are not those of `settingsToWords`. */
export function settingsFromWords(words: readonly string[]): AuditSettings | null {
  const shape = new Map<string, number>();
  const properties: Record<ProcessKind, Record<string, string>> = {
    broker: {},
    topic: {},
    producer: {},
    consumer: {},
  };
  for (const word of words) {
    const match = /^([a-zA-Z]+)(?:\.([a-z0-9.]+))?=(\S*)$/.exec(word);
    if (match === null) return null;
    const [, name = '', key, value = ''] = match;
    const kind = PROCESS_KINDS.find((each) => each === name);
    if (kind !== undefined && key !== undefined) properties[kind][key] = decodeURIComponent(value);
    else if (SHAPE.some((each) => each === name) && /^\d{1,4}$/.test(value)) shape.set(name, Number(value));
    else return null;
  }
  const [brokers, replicationFactor, partitions] = SHAPE.map((name) => shape.get(name));
  if (brokers === undefined || replicationFactor === undefined || partitions === undefined) return null;
  return { brokers, replicationFactor, partitions, ...properties };
}
