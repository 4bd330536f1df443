/** The configuration that an audit measures: Kafka's own keys, as they were written, and the shape of the cluster. */
import { resolveProducerSettings } from '../../broker/clients/producer/producer-settings.js';
import {
  type ConsumerConfig,
  type ProducerConfig,
  type Properties,
  resolveConsumerConfig,
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
  /** How the members of a consumer group process the records. Null: only the log is measured. */
  readonly processing: Processing | null;
}

export const COMMIT_ORDERS = ['auto', 'after', 'before', 'none'] as const;
/** What commits: the consumer itself, or the application, after or before it has processed what a poll returned. */
export type CommitOrder = (typeof COMMIT_ORDERS)[number];

export interface Processing {
  readonly commit: CommitOrder;
  /** For each record. */
  readonly millis: number;
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
  processing: null,
};

/** The settings as brokers and clients resolve them. */
export interface ResolvedSettings {
  readonly server: ServerConfig;
  readonly topic: TopicConfig;
  readonly producer: ProducerConfig;
  readonly consumer: ConsumerConfig;
}

/** @throws ConfigException when Kafka refuses a value, or a combination. */
export function resolveSettings({ broker, topic, producer, consumer }: AuditSettings): ResolvedSettings {
  const { server, topic: defaults } = splitProperties(broker);
  return {
    server: resolveServerConfig(server),
    topic: effectiveTopicConfig([defaults, topic]),
    producer: resolveProducerSettings(producer),
    consumer: resolveConsumerConfig(consumer),
  };
}

/** Keys that act only in a consumer group. The reader of the log is in none. */
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
  if (settings.processing !== null)
    words.push(`commit=${settings.processing.commit}`, `processing=${settings.processing.millis}`);
  return words.join(' ');
}

/** Null: the words are not those of `settingsToWords`. */
export function settingsFromWords(words: readonly string[]): AuditSettings | null {
  const shape = new Map<string, number>();
  let [commit, millis]: [CommitOrder | undefined, number | undefined] = [undefined, undefined];
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
    else if (name === 'commit') commit = COMMIT_ORDERS.find((each) => each === value);
    else if (name === 'processing' && /^\d{1,9}$/.test(value)) millis = Number(value);
    else return null;
  }
  const [brokers, replicationFactor, partitions] = SHAPE.map((name) => shape.get(name));
  if (brokers === undefined || replicationFactor === undefined || partitions === undefined) return null;
  if ((commit === undefined) !== (millis === undefined)) return null;
  const processing = commit === undefined || millis === undefined ? null : { commit, millis };
  return { brokers, replicationFactor, partitions, ...properties, processing };
}
