/** Every configuration key of Kafka 4.3, by the kind of process or thing that it configures. */
import { BROKER_KEYS } from './broker-keys.js';
import { COMMON_CLIENT_KEYS, CONSUMER_KEYS, PRODUCER_KEYS } from './client-keys.js';
import { TOPIC_KEYS } from './topic-keys.js';

export type ConfigKind = 'broker' | 'topic' | 'producer' | 'consumer';
export const CONFIG_KINDS: readonly ConfigKind[] = ['broker', 'topic', 'producer', 'consumer'];

export interface KafkaKey {
  readonly key: string;
  /** The name of a `ConfigDef.Type`. */
  readonly type: string;
  /** As Kafka prints it; `(required)`, `(null)` and `(empty)` are these. */
  readonly initial: string;
  /** Kafka has the key and does not document it. */
  readonly isInternal: boolean;
  /** What the value must be, as `config-def.ts` reads it; empty: any value of the type. Brokers and topics alone. */
  readonly rule: string;
  /** Whether a running broker accepts a new value, from IncrementalAlterConfigs. Brokers alone. */
  readonly updateMode: UpdateMode;
}

/** `per-broker`: for one broker by its id, never for all. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide';

const TABLES: Readonly<Record<ConfigKind, string>> = {
  broker: BROKER_KEYS,
  topic: TOPIC_KEYS,
  producer: COMMON_CLIENT_KEYS + PRODUCER_KEYS,
  consumer: COMMON_CLIENT_KEYS + CONSUMER_KEYS,
};

const tables = new Map<ConfigKind, ReadonlyMap<string, KafkaKey>>();

/** The keys of one kind, in alphabetical order. */
export function kafkaKeys(kind: ConfigKind): ReadonlyMap<string, KafkaKey> {
  let keys = tables.get(kind);
  if (keys === undefined) {
    const lines = TABLES[kind].split('\n').filter((line) => line !== '');
    keys = new Map(lines.sort().map((line) => [line.slice(0, line.indexOf(' ')), keyOf(line)]));
    tables.set(kind, keys);
  }
  return keys;
}

function keyOf(line: string): KafkaKey {
  const [key, type, initial, ...rest] = line.split(' ');
  if (key === undefined || type === undefined || initial === undefined)
    throw new Error(`"${line}" is no line of a table of keys`);
  const flags = ['internal', 'per-broker', 'cluster-wide'];
  const isPerBroker = rest.includes('per-broker');
  return {
    key,
    type,
    initial,
    isInternal: rest.includes('internal'),
    rule: rest.find((word) => !flags.includes(word)) ?? '',
    updateMode: isPerBroker ? 'per-broker' : rest.includes('cluster-wide') ? 'cluster-wide' : 'read-only',
  };
}
