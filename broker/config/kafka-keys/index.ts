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
}

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
  const [key, type, initial, flag] = line.split(' ');
  if (key === undefined || type === undefined || initial === undefined)
    throw new Error(`"${line}" is no line of a table of keys`);
  return { key, type, initial, isInternal: flag === 'internal' };
}
