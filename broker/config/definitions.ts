/**
 * Kafka's own configuration keys, as strings to values outside, typed and complete inside. Defaults are Kafka 4.x's.
 * Unknown keys and malformed values are errors: a typo in a scenario must not silently test something else.
 */

interface Definition<T> {
  readonly initial: T;
  readonly parse: (text: string) => T | null;
}

const integer = (initial: number, min: number, max = Number.MAX_SAFE_INTEGER): Definition<number> => ({
  initial,
  parse: (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) && value >= min && value <= max ? value : null;
  },
});

const boolean = (initial: boolean): Definition<boolean> => ({
  initial,
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
});

const INFINITE = Number.MAX_SAFE_INTEGER;

/** Settings of a topic; the broker-wide default of each is the same key, with Kafka's `log.` prefix where it has one. */
export const topicDefinitions = {
  'min.insync.replicas': integer(1, 1),
  'unclean.leader.election.enable': boolean(false),
  'segment.bytes': integer(1_073_741_824, 1024),
  'index.interval.bytes': integer(4096, 0),
  'segment.index.bytes': integer(10_485_760, 4),
  'flush.messages': integer(INFINITE, 1),
  'flush.ms': integer(INFINITE, 0),
  'max.message.bytes': integer(1_048_588, 0),
} as const;

/** Settings of a broker or controller process. */
export const serverDefinitions = {
  'broker.session.timeout.ms': integer(9_000, 1),
  'broker.heartbeat.interval.ms': integer(2_000, 1),
  'initial.broker.registration.timeout.ms': integer(60_000, 1),
  'replica.lag.time.max.ms': integer(30_000, 1),
  'replica.fetch.wait.max.ms': integer(500, 0),
  'replica.fetch.min.bytes': integer(1, 0),
  'replica.fetch.max.bytes': integer(1_048_576, 0),
  'replica.fetch.response.max.bytes': integer(10_485_760, 0),
  'replica.fetch.backoff.ms': integer(1_000, 0),
  'replica.socket.timeout.ms': integer(30_000, 1),
  'replica.high.watermark.checkpoint.interval.ms': integer(5_000, 1),
  'log.flush.offset.checkpoint.interval.ms': integer(60_000, 1),
  'controlled.shutdown.enable': boolean(true),
  'controller.quorum.request.timeout.ms': integer(2_000, 1),
  'leader.imbalance.check.interval.seconds': integer(300, 1),
  'auto.leader.rebalance.enable': boolean(true),
  'max.incremental.fetch.session.cache.slots': integer(1_000, 0),
  'fetch.max.bytes': integer(57_671_680, 1024),
  'producer.id.expiration.ms': integer(86_400_000, 1),
  'producer.id.expiration.check.interval.ms': integer(600_000, 1),
  'num.partitions': integer(1, 1),
  'default.replication.factor': integer(1, 1),
} as const;

/** Settings of a producer (org.apache.kafka.clients.producer.ProducerConfig). `acks=all` is −1. */
export const producerDefinitions = {
  acks: {
    initial: -1 as -1 | 0 | 1,
    parse: (text: string): -1 | 0 | 1 | null =>
      text === 'all' || text === '-1' ? -1 : text === '0' ? 0 : text === '1' ? 1 : null,
  },
  'enable.idempotence': boolean(true),
  retries: integer(2_147_483_647, 0),
  'max.in.flight.requests.per.connection': integer(5, 1),
  'linger.ms': integer(5, 0),
  'batch.size': integer(16_384, 0),
  'request.timeout.ms': integer(30_000, 1),
  'delivery.timeout.ms': integer(120_000, 1),
  'retry.backoff.ms': integer(100, 0),
  'retry.backoff.max.ms': integer(1_000, 0),
  'reconnect.backoff.ms': integer(50, 0),
  'reconnect.backoff.max.ms': integer(1_000, 0),
  'socket.connection.setup.timeout.ms': integer(10_000, 0),
  'socket.connection.setup.timeout.max.ms': integer(30_000, 0),
  'metadata.max.age.ms': integer(300_000, 0),
  'max.block.ms': integer(60_000, 0),
} as const;

/** Settings of a consumer (org.apache.kafka.clients.consumer.ConsumerConfig). `isolation.level` as requests say it: `read_committed` is 1. */
export const consumerDefinitions = {
  'auto.offset.reset': {
    initial: 'latest' as 'earliest' | 'latest' | 'none',
    parse: (text: string): 'earliest' | 'latest' | 'none' | null =>
      text === 'earliest' || text === 'latest' || text === 'none' ? text : null,
  },
  'isolation.level': {
    initial: 0 as 0 | 1,
    parse: (text: string): 0 | 1 | null =>
      text === 'read_uncommitted' ? 0 : text === 'read_committed' ? 1 : null,
  },
  'fetch.min.bytes': integer(1, 0),
  'fetch.max.wait.ms': integer(500, 0),
  'fetch.max.bytes': integer(52_428_800, 0),
  'max.partition.fetch.bytes': integer(1_048_576, 0),
  'max.poll.records': integer(500, 1),
  'request.timeout.ms': integer(30_000, 1),
  'retry.backoff.ms': integer(100, 0),
  'retry.backoff.max.ms': integer(1_000, 0),
  'reconnect.backoff.ms': integer(50, 0),
  'reconnect.backoff.max.ms': integer(1_000, 0),
  'socket.connection.setup.timeout.ms': integer(10_000, 0),
  'socket.connection.setup.timeout.max.ms': integer(30_000, 0),
  'metadata.max.age.ms': integer(300_000, 0),
  'check.crcs': boolean(true),
} as const;

type Resolved<D extends Readonly<Record<string, Definition<unknown>>>> = {
  readonly [K in keyof D]: D[K] extends Definition<infer T> ? T : never;
};

export type TopicConfig = Resolved<typeof topicDefinitions>;
export type ServerConfig = Resolved<typeof serverDefinitions>;
export type ProducerConfig = Resolved<typeof producerDefinitions>;
export type ConsumerConfig = Resolved<typeof consumerDefinitions>;

/** Kafka properties as a user writes them. */
export type Properties = Readonly<Record<string, string>>;

export class ConfigException extends Error {
  override readonly name = 'ConfigException';
}

/**
 * The same settings as an object that is quick to read: V8 makes a dictionary of one with many that is written to under
 * computed keys, and gives each copy by spread a shape of its own; what it has parsed shares one. Settings are read in every request.
 */
export function inOneShape<T>(settings: T): T {
  return JSON.parse(JSON.stringify(settings)) as T;
}

function resolve<D extends Readonly<Record<string, Definition<unknown>>>>(
  definitions: D,
  properties: Properties,
): Resolved<D> {
  const resolved: Record<string, unknown> = {};
  for (const key of Object.keys(definitions)) resolved[key] = definitions[key]?.initial;
  for (const key of Object.keys(properties)) {
    const definition = Object.hasOwn(definitions, key) ? definitions[key] : undefined;
    if (definition === undefined) throw new ConfigException(`Unknown configuration '${key}'`);
    const value = definition.parse(properties[key] ?? '');
    if (value === null)
      throw new ConfigException(`Invalid value ${properties[key]} for configuration ${key}`);
    resolved[key] = value;
  }
  return resolved as Resolved<D>;
}

export const resolveTopicConfig = (properties: Properties): TopicConfig =>
  resolve(topicDefinitions, properties);
export const resolveServerConfig = (properties: Properties): ServerConfig =>
  inOneShape(resolve(serverDefinitions, properties));
export const resolveProducerConfig = (properties: Properties): ProducerConfig =>
  resolve(producerDefinitions, properties);
export const resolveConsumerConfig = (properties: Properties): ConsumerConfig =>
  resolve(consumerDefinitions, properties);
