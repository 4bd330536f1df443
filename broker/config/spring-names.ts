/**
 * Kafka's keys as Spring Boot names them (org.springframework.boot.autoconfigure.kafka.KafkaProperties): `spring.kafka.`,
 * the process, and the key in words with hyphens; any other key of Kafka after `properties.`. Durations and sizes have units. Names
 * are compared as Spring's relaxed binding does it: `-`, `_`, capitals make no difference.
 */
import type { Property } from './properties-file.js';

type Convert = (value: string) => string;

interface Named {
  readonly key: string;
  readonly convert?: Convert;
}

const UNIT_MILLIS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `5s`, `PT5S` (hours, minutes and seconds), `5000` → milliseconds. What is no duration stays as it is. */
const millis: Convert = (value) => {
  const simple = /^(\d+)(ms|s|m|h|d)?$/i.exec(value);
  if (simple !== null) return String(Number(simple[1]) * UNIT_MILLIS[simple[2]?.toLowerCase() ?? 'ms']!);
  const iso = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?$/i.exec(value);
  if (iso === null || value.length < 3) return value;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = iso;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return String(whole * 1_000 + Number(fraction.padEnd(3, '0')));
};

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 };

/** `16KB`, `16384` → bytes. What is no size stays as it is. */
const bytes: Convert = (value) => {
  const match = /^(\d+)(B|KB|MB|GB)?$/i.exec(value);
  return match === null ? value : String(Number(match[1]) * UNIT_BYTES[match[2]?.toUpperCase() ?? 'B']!);
};

const word: Convert = (value) => value.toLowerCase().replaceAll('-', '_');

const CLIENT_NAMES: Readonly<Record<string, Named>> = {
  bootstrapservers: { key: 'bootstrap.servers' },
  clientid: { key: 'client.id' },
};

const NAMES: Readonly<Record<'producer' | 'consumer', Readonly<Record<string, Named>>>> = {
  producer: {
    ...CLIENT_NAMES,
    acks: { key: 'acks' },
    batchsize: { key: 'batch.size', convert: bytes },
    buffermemory: { key: 'buffer.memory', convert: bytes },
    compressiontype: { key: 'compression.type' },
    keyserializer: { key: 'key.serializer' },
    valueserializer: { key: 'value.serializer' },
    retries: { key: 'retries' },
    transactionidprefix: { key: 'transactional.id' },
  },
  consumer: {
    ...CLIENT_NAMES,
    autocommitinterval: { key: 'auto.commit.interval.ms', convert: millis },
    autooffsetreset: { key: 'auto.offset.reset' },
    enableautocommit: { key: 'enable.auto.commit' },
    fetchmaxwait: { key: 'fetch.max.wait.ms', convert: millis },
    fetchminsize: { key: 'fetch.min.bytes', convert: bytes },
    groupid: { key: 'group.id' },
    heartbeatinterval: { key: 'heartbeat.interval.ms', convert: millis },
    isolationlevel: { key: 'isolation.level', convert: word },
    keydeserializer: { key: 'key.deserializer' },
    valuedeserializer: { key: 'value.deserializer' },
    maxpollrecords: { key: 'max.poll.records' },
    maxpollinterval: { key: 'max.poll.interval.ms', convert: millis },
  },
};

export interface SpringReading {
  readonly producer: readonly Property[];
  readonly consumer: readonly Property[];
  /** Properties below `spring.kafka.` that configure Spring, not a producer or a consumer. */
  readonly other: readonly Property[];
}

/** True for a property that `readSpring` understands. */
export const isSpringName = (key: string): boolean => PREFIX.test(key);
const PREFIX = /^spring[._]kafka[._]/i;

export function readSpring(properties: readonly Property[]): SpringReading {
  const reading = { producer: [] as Property[], consumer: [] as Property[], other: [] as Property[] };
  const common: Property[] = [];
  for (const property of properties) {
    if (!PREFIX.test(property.key)) continue;
    // As an environment variable: SPRING_KAFKA_PRODUCER_BATCH_SIZE.
    const isVariable = /^SPRING_KAFKA_/.test(property.key);
    const name = property.key.replace(PREFIX, '');
    const rest = isVariable ? name.toLowerCase().replaceAll('_', '.') : name;
    const place = /^(producer|consumer)[.](.*)$/i.exec(rest);
    const kind = place?.[1]?.toLowerCase();
    const inner = place?.[2] ?? rest;
    const free = /^properties(?:\.\[|\.|\[)(.*?)\]?$/i.exec(inner)?.[1];
    if (kind !== 'producer' && kind !== 'consumer') {
      const ofAll = CLIENT_NAMES[normalised(inner)];
      if (free !== undefined) common.push({ ...property, key: free });
      else if (ofAll !== undefined) common.push({ ...property, key: ofAll.key });
      else reading.other.push(property);
      continue;
    }
    const named = NAMES[kind][normalised(inner)];
    if (free !== undefined) reading[kind].push({ ...property, key: free });
    else if (named === undefined) reading.other.push(property);
    else
      reading[kind].push({
        ...property,
        key: named.key,
        value: (named.convert ?? asWritten)(property.value.trim()),
      });
  }
  // What is common to all clients stands below what is said of one of them.
  return {
    ...reading,
    producer: [...common, ...reading.producer],
    consumer: [...common, ...reading.consumer],
  };
}

const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '');
const asWritten: Convert = (value) => value;

/** `${NAME:default}` has its default; a placeholder without one stays. */
export function withoutPlaceholders(properties: readonly Property[]): Property[] {
  return properties.map((property) => ({
    ...property,
    value: property.value.replace(/\$\{[^:}]*:([^}]*)\}/g, (_whole, initial: string) => initial),
  }));
}
