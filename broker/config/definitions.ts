/**
 * Kafka's own configuration keys: strings outside, typed and complete values inside. The defaults are those
 * of Kafka 4.x. An unknown key or a malformed value is an error, because a typo in a scenario must not
 * silently test something else.
 */

interface Definition<T> {
  readonly initial: T;
  /** The value of `text`, or the problem with the text. */
  readonly parse: (text: string) => { readonly value: T } | { readonly problem: string };
}

const INT_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;
/** Kafka's `Long.MAX_VALUE` in a `long` setting. Virtual time and offsets never reach 2^53 − 1, so both mean "never". */
const NEVER = Number.MAX_SAFE_INTEGER;
const INT_MAX_NUMBER = 2_147_483_647;

/** A whole number, parsed like ConfigDef.Type.INT or LONG and bounded like ConfigDef.Range. */
export function whole(type: 'INT' | 'LONG', initial: number, min: number): Definition<number> {
  const max = type === 'INT' ? INT_MAX : LONG_MAX;
  return {
    initial,
    parse: (text) => {
      const trimmed = text.trim();
      const value = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace('+', '')) : null;
      if (value === null || value > max || value < -max - 1n) {
        return { problem: `Not a number of type ${type}` };
      }
      if (value < min) return { problem: `Value must be at least ${min}` };
      return { value: value > NEVER ? NEVER : Number(value) };
    },
  };
}

const int = (initial: number, min: number): Definition<number> => whole('INT', initial, min);
const long = (initial: number, min: number): Definition<number> => whole('LONG', initial, min);

/**
 * The longest time in a `long` setting, in ms. In microseconds it is still an exact number. It means
 * "never" in every run.
 */
export const NEVER_MILLIS = Math.floor(NEVER / 1_000_000);

/** A `long` of milliseconds. */
const longMillis = (initial: number, min: number): Definition<number> => {
  const { parse } = long(initial, min);
  return {
    initial,
    parse: (text) => {
      const parsed = parse(text);
      return 'value' in parsed ? { value: Math.min(parsed.value, NEVER_MILLIS) } : parsed;
    },
  };
};

export const boolean = (initial: boolean): Definition<boolean> => ({
  initial,
  parse: (text) => {
    const word = text.trim().toLowerCase();
    return word === 'true' || word === 'false'
      ? { value: word === 'true' }
      : { problem: 'Expected value to be either true or false' };
  },
});

const text = (initial: string): Definition<string> => ({
  initial,
  parse: (given) => ({ value: given.trim() }),
});

/** A DOUBLE in [0, 1]. */
const ratio = (initial: number): Definition<number> => ({
  initial,
  parse: (given) => {
    const text = given.trim();
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(text))
      return { problem: 'Not a number of type DOUBLE' };
    const value = Number(text.replace(/[dDfF]$/, ''));
    if (value < 0) return { problem: 'Value must be at least 0' };
    return value > 1 ? { problem: 'Value must be no more than 1' } : { value };
  },
});

/** One of a few words (ConfigDef.ValidString), each with the value that the code uses. */
const choice = <T>(initial: T, values: Readonly<Record<string, T>>): Definition<T> => ({
  initial,
  parse: (text) => {
    const word = text.trim();
    return Object.hasOwn(values, word)
      ? { value: values[word] as T }
      : { problem: `String must be one of: ${Object.keys(values).join(', ')}` };
  },
});

/** A list of a few words, each at most once (ConfigDef.ValidList). */
const words = (initial: string, allowed: readonly string[]): Definition<readonly string[]> => {
  const parse: Definition<readonly string[]>['parse'] = (text) => {
    const value = text.split(',').map((word) => word.trim());
    return value.every((word) => allowed.includes(word))
      ? { value: [...new Set(value)] }
      : { problem: `String must be one of: ${allowed.join(', ')}` };
  };
  return { initial: [initial], parse };
};

/** `host:count,…` (kafka.server.KafkaConfig, max.connections.per.ip.overrides). */
const limitsByHost: Definition<readonly (readonly [string, number])[]> = {
  initial: [],
  parse: (text) => {
    const limits: (readonly [string, number])[] = [];
    for (const entry of text.split(',').map((each) => each.trim())) {
      if (entry === '') continue;
      const [, host, count] = /^(.+):(\d+)$/.exec(entry) ?? [];
      if (host === undefined || count === undefined)
        return { problem: `Not a list of host:count pairs: ${entry}` };
      limits.push([host, Number(count)]);
    }
    return { value: limits };
  },
};

/** A whole number in [min, max]; −1, too, where it means a default (CompressionType.levelValidator). */
const level = (initial: number, min: number, max: number, hasDefault = false): Definition<number> => {
  const { parse } = int(initial, -INT_MAX_NUMBER);
  return {
    initial,
    parse: (text) => {
      const parsed = parse(text);
      if ('problem' in parsed) return parsed;
      const { value } = parsed;
      if ((value >= min && value <= max) || (hasDefault && value === -1)) return parsed;
      return { problem: `Value must be between ${min} and ${max}${hasDefault ? ' or equal to -1' : ''}` };
    },
  };
};

type CompressionSetting = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

const compressionSettings = { gzip: 'gzip', snappy: 'snappy', lz4: 'lz4', zstd: 'zstd' } as const;

/** The levels of the compression types that have levels, for topics and for producers. */
const compressionLevels = {
  'compression.gzip.level': level(-1, 1, 9, true),
  'compression.lz4.level': level(9, 1, 17),
  'compression.zstd.level': level(3, -131_072, 22),
} as const;

/**
 * Settings of a topic. The broker-wide default of each has the same key, with Kafka's `log.` prefix if
 * Kafka has one.
 */
export const topicDefinitions = {
  'min.insync.replicas': int(1, 1),
  'unclean.leader.election.enable': boolean(false),
  'segment.bytes': int(1_073_741_824, 1024),
  'index.interval.bytes': int(4096, 0),
  'segment.index.bytes': int(10_485_760, 4),
  'flush.messages': long(NEVER, 1),
  'flush.ms': longMillis(NEVER_MILLIS, 0),
  'max.message.bytes': int(1_048_588, 0),
  'file.delete.delay.ms': longMillis(60_000, 0),
  'cleanup.policy': words('delete', ['compact', 'delete']),
  'min.cleanable.dirty.ratio': ratio(0.5),
  'min.compaction.lag.ms': longMillis(0, 0),
  'max.compaction.lag.ms': longMillis(NEVER_MILLIS, 1),
  'delete.retention.ms': longMillis(86_400_000, 0),
  /** −1: no limit. */
  'retention.ms': longMillis(604_800_000, -1),
  /** −1: no limit. */
  'retention.bytes': long(-1, -NEVER),
  /** `producer`: as the producer compressed; `uncompressed` is `none`. */
  'compression.type': choice<'producer' | CompressionSetting>('producer', {
    uncompressed: 'none',
    producer: 'producer',
    ...compressionSettings,
  }),
  ...compressionLevels,
  'message.timestamp.type': choice<'CreateTime' | 'LogAppendTime'>('CreateTime', {
    CreateTime: 'CreateTime',
    LogAppendTime: 'LogAppendTime',
  }),
  'message.timestamp.before.max.ms': long(NEVER, 0),
  'message.timestamp.after.max.ms': long(3_600_000, 0),
} as const;

/** Settings of a broker or controller process. */
export const serverDefinitions = {
  'broker.session.timeout.ms': int(9_000, 1),
  'broker.heartbeat.interval.ms': int(2_000, 1),
  'initial.broker.registration.timeout.ms': int(60_000, 1),
  'replica.lag.time.max.ms': longMillis(30_000, 1),
  'replica.fetch.wait.max.ms': int(500, 0),
  'replica.fetch.min.bytes': int(1, 0),
  'replica.fetch.max.bytes': int(1_048_576, 0),
  'replica.fetch.response.max.bytes': int(10_485_760, 0),
  'replica.fetch.backoff.ms': int(1_000, 0),
  'replica.socket.timeout.ms': int(30_000, 1),
  'socket.request.max.bytes': int(104_857_600, 1),
  'max.connections': int(2_147_483_647, 0),
  'max.connections.per.ip': int(2_147_483_647, 0),
  /** The limits of single hosts, `host:count` with commas between. */
  'max.connections.per.ip.overrides': limitsByHost,
  'connections.max.idle.ms': longMillis(600_000, -NEVER),
  /** How many connections wait while `max.connections` are served. */
  'socket.listen.backlog.size': int(50, 1),
  'replica.high.watermark.checkpoint.interval.ms': longMillis(5_000, 1),
  'log.flush.offset.checkpoint.interval.ms': int(60_000, 1),
  'log.flush.start.offset.checkpoint.interval.ms': int(60_000, 0),
  'log.cleaner.enable': boolean(true),
  'log.cleaner.backoff.ms': longMillis(15_000, 0),
  'log.cleaner.dedupe.buffer.size': long(134_217_728, 0),
  'log.cleaner.io.buffer.load.factor': ratio(0.9),
  'log.retention.check.interval.ms': longMillis(300_000, 1),
  'log.initial.task.delay.ms': longMillis(30_000, 0),
  /** The topic setting `retention.ms` under its broker names in other units; −1: not given. */
  'log.retention.minutes': int(-1, -INT_MAX_NUMBER),
  'log.retention.hours': int(168, -INT_MAX_NUMBER),
  'controlled.shutdown.enable': boolean(true),
  'controller.quorum.request.timeout.ms': int(2_000, 1),
  'metadata.log.segment.bytes': int(1_073_741_824, 12),
  'leader.imbalance.check.interval.seconds': long(300, 1),
  'auto.leader.rebalance.enable': boolean(true),
  'max.incremental.fetch.session.cache.slots': int(1_000, 0),
  'fetch.max.bytes': int(57_671_680, 1024),
  'producer.id.expiration.ms': int(86_400_000, 1),
  'producer.id.expiration.check.interval.ms': int(600_000, 1),
  'auto.create.topics.enable': boolean(true),
  'max.request.partition.size.limit': int(2_000, 1),
  'num.partitions': int(1, 1),
  'default.replication.factor': int(1, 1),
  'offsets.topic.num.partitions': int(50, 1),
  'offsets.topic.replication.factor': int(3, 1),
  'offsets.topic.segment.bytes': int(104_857_600, 1),
  'offset.metadata.max.bytes': int(4_096, 0),
  'offsets.load.buffer.size': int(5_242_880, 1),
  'offsets.commit.timeout.ms': int(5_000, 1),
  'offsets.retention.minutes': int(10_080, 1),
  'offsets.retention.check.interval.ms': longMillis(600_000, 1),
  'group.min.session.timeout.ms': int(6_000, 0),
  'group.max.session.timeout.ms': int(1_800_000, 0),
  'group.initial.rebalance.delay.ms': int(3_000, 0),
  'group.max.size': int(2_147_483_647, 1),
  'delete.topic.enable': boolean(true),
} as const;

const ROUND_ROBIN = 'org.apache.kafka.clients.producer.RoundRobinPartitioner';
type RoundRobinClass = typeof ROUND_ROBIN;

/** Settings of a producer (org.apache.kafka.clients.producer.ProducerConfig). `acks=all` is −1. */
export const producerDefinitions = {
  acks: choice<-1 | 0 | 1>(-1, { all: -1, '-1': -1, '0': 0, '1': 1 }),
  'enable.idempotence': boolean(true),
  retries: int(2_147_483_647, 0),
  'max.in.flight.requests.per.connection': int(5, 1),
  'linger.ms': longMillis(5, 0),
  'batch.size': int(16_384, 0),
  'compression.type': choice<CompressionSetting>('none', { none: 'none', ...compressionSettings }),
  ...compressionLevels,
  'request.timeout.ms': int(30_000, 0),
  'delivery.timeout.ms': int(120_000, 0),
  'retry.backoff.ms': longMillis(100, 0),
  'retry.backoff.max.ms': longMillis(1_000, 0),
  'reconnect.backoff.ms': longMillis(50, 0),
  'reconnect.backoff.max.ms': longMillis(1_000, 0),
  'socket.connection.setup.timeout.ms': longMillis(10_000, 0),
  'socket.connection.setup.timeout.max.ms': longMillis(30_000, 0),
  'metadata.max.age.ms': longMillis(300_000, 0),
  'max.block.ms': longMillis(60_000, 0),
  /** '': null, the built-in partitioner. */
  'partitioner.class': choice<'' | RoundRobinClass>('', { [ROUND_ROBIN]: ROUND_ROBIN }),
  'partitioner.ignore.keys': boolean(false),
  'partitioner.adaptive.partitioning.enable': boolean(true),
  'partitioner.availability.timeout.ms': longMillis(0, 0),
} as const;

/**
 * Settings of a consumer (org.apache.kafka.clients.consumer.ConsumerConfig). `isolation.level` has the
 * value of requests: `read_committed` is 1.
 */
export const consumerDefinitions = {
  /** '': the consumer is in no group. */
  'group.id': text(''),
  /** '': the member is dynamic. */
  'group.instance.id': text(''),
  'session.timeout.ms': int(45_000, 1),
  'heartbeat.interval.ms': int(3_000, 1),
  'max.poll.interval.ms': int(300_000, 1),
  'enable.auto.commit': boolean(true),
  'auto.commit.interval.ms': int(5_000, 0),
  'partition.assignment.strategy': text('RangeAssignor,CooperativeStickyAssignor'),
  'default.api.timeout.ms': int(60_000, 0),
  'auto.offset.reset': choice<'earliest' | 'latest' | 'none'>('latest', {
    latest: 'latest',
    earliest: 'earliest',
    none: 'none',
  }),
  'isolation.level': choice<0 | 1>(0, { read_committed: 1, read_uncommitted: 0 }),
  'fetch.min.bytes': int(1, 0),
  'fetch.max.wait.ms': int(500, 0),
  'fetch.max.bytes': int(52_428_800, 0),
  'max.partition.fetch.bytes': int(1_048_576, 0),
  'max.poll.records': int(500, 1),
  'request.timeout.ms': int(30_000, 0),
  'retry.backoff.ms': longMillis(100, 0),
  'retry.backoff.max.ms': longMillis(1_000, 0),
  'reconnect.backoff.ms': longMillis(50, 0),
  'reconnect.backoff.max.ms': longMillis(1_000, 0),
  'socket.connection.setup.timeout.ms': longMillis(10_000, 0),
  'socket.connection.setup.timeout.max.ms': longMillis(30_000, 0),
  'metadata.max.age.ms': longMillis(300_000, 0),
  'check.crcs': boolean(true),
  'exclude.internal.topics': boolean(true),
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

/** org.apache.kafka.common.config.ConfigException. */
export class ConfigException extends Error {
  override readonly name: string = 'ConfigException';
}

/** All unknown keys of a configuration, each with the known keys that may have been meant. */
export class UnknownConfigException extends ConfigException {
  override readonly name = 'UnknownConfigException';
  readonly unknown: readonly string[];
  readonly known: readonly string[];

  constructor(unknown: readonly string[], known: readonly string[]) {
    super(`Unknown configuration ${unknown.map((key) => `'${key}'`).join(', ')}`);
    this.unknown = unknown;
    this.known = known;
  }
}

/**
 * The same settings as an object that is quick to read. Settings are read in every request. V8 makes a
 * dictionary of an object that gets many computed keys, and gives each copy by spread its own shape.
 * Objects that V8 has parsed share one shape.
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
  const unknown: string[] = [];
  for (const key of Object.keys(properties)) {
    const definition = Object.hasOwn(definitions, key) ? definitions[key] : undefined;
    if (definition === undefined) {
      unknown.push(key);
      continue;
    }
    const parsed = definition.parse(properties[key] ?? '');
    if ('problem' in parsed) {
      throw new ConfigException(
        `Invalid value ${properties[key]} for configuration ${key}: ${parsed.problem}`,
      );
    }
    resolved[key] = parsed.value;
  }
  if (unknown.length > 0) throw new UnknownConfigException(unknown, Object.keys(definitions));
  return resolved as Resolved<D>;
}

export const resolveTopicConfig = (properties: Properties): TopicConfig =>
  inOneShape(resolve(topicDefinitions, properties));
export const resolveServerConfig = (properties: Properties): ServerConfig =>
  inOneShape(resolve(serverDefinitions, properties));
export const resolveProducerConfig = (properties: Properties): ProducerConfig =>
  resolve(producerDefinitions, properties);
export const resolveConsumerConfig = (properties: Properties): ConsumerConfig =>
  resolve(consumerDefinitions, properties);
