/** The settings of produce-and-consume: Kafka's own keys as the user writes them, not resolved yet. */
import { resolveProducerSettings } from '../../../broker/clients/producer/producer-settings.js';
import { type Properties, resolveConsumerConfig } from '../../../broker/config/definitions.js';
import { PACES, type Pace, type Shortening, shortened } from '../../cluster/pace.js';
import type { SettingsCheck } from '../workload.js';

export type ProducerClientName = 'native' | 'kafkajs' | 'kafkajs-spread';

export interface ProduceAndConsumeSettings {
  readonly producers: number;
  readonly consumers: number;
  /** The rate of each producer. */
  readonly recordsPerSecond: number;
  /** Bytes of each record's value, at least 8. */
  readonly valueSizeBytes: number;
  /** The first sequence number of each producer. Sequence numbers near 2^31 wrap to 0 during a run. */
  readonly firstSequence: number;
  /** True: every consumer reads every partition. False: each partition has one reader. */
  readonly readAll: boolean;
  /** About half of the runs stop sending at some point. */
  readonly quietEnd: boolean;
  /** After about this time a producer is closed and another takes over, as in a job or a function; 0: never. */
  readonly sessionMillis: number;
  /**
   * Each record has one of this many keys per topic, and the key decides the partition. 0: no keys; the process
   * chooses.
   */
  readonly keys: number;
  /** The last records, which prove that the cluster is live, have no key. A compacted topic takes records with keys alone. */
  readonly keylessProofs: boolean;
  /** Between polls a consumer sometimes seeks: to the beginning, to the end, or to an offset before its position. */
  readonly seeks: boolean;
  /**
   * The producers: native ones, or KafkaJS in one of the ways in which applications use it (`KafkaJsUse`). A run with
   * KafkaJS carries bytes on all connections.
   */
  readonly client: ProducerClientName;
  /** `brisk`: timeouts of the clients are shortened to fit a run. `kafka`: Kafka's own timeouts. */
  readonly pace: Pace;
  readonly producerConfig: Properties;
  readonly consumerConfig: Properties;
}

const FIELDS: { readonly [K in keyof ProduceAndConsumeSettings]: true } = {
  producers: true,
  consumers: true,
  recordsPerSecond: true,
  valueSizeBytes: true,
  firstSequence: true,
  readAll: true,
  quietEnd: true,
  sessionMillis: true,
  keys: true,
  keylessProofs: true,
  seeks: true,
  client: true,
  pace: true,
  producerConfig: true,
  consumerConfig: true,
};

const SHORTENED_OF_PRODUCERS: Readonly<Record<string, Shortening>> = {
  'request.timeout.ms': { value: '2000' },
  'delivery.timeout.ms': { value: '12000', holds: { 'request.timeout.ms': 30_000, 'linger.ms': 5 } },
  'max.block.ms': { value: '12000' },
};

const SHORTENED_OF_CONSUMERS: Readonly<Record<string, Shortening>> = {
  'request.timeout.ms': { value: '2000' },
};

const CLIENT_NAMES: readonly ProducerClientName[] = ['native', 'kafkajs', 'kafkajs-spread'];

/** Hosts are created one by one; the limit is higher than any sensible number. */
const HOSTS_MAX = 1000;
/** One record per microsecond, the unit of virtual time. */
const RECORDS_PER_SECOND_MAX = 1_000_000;
const VALUE_BYTES_MIN = 8;
const SEQUENCE_MAX = 2 ** 31 - 1;
const KEYS_MAX = 1_000_000;

export interface CompleteSettings {
  readonly settings: ProduceAndConsumeSettings;
  readonly setByHarness: { readonly producer: Properties; readonly consumer: Properties };
}

export function completeSettings(given: Partial<ProduceAndConsumeSettings>): CompleteSettings {
  const { pace = 'brisk', producerConfig = {}, consumerConfig = {} } = given;
  const producer = shortened(pace, SHORTENED_OF_PRODUCERS, producerConfig);
  const consumer = {
    ...shortened(pace, SHORTENED_OF_CONSUMERS, consumerConfig),
    // A consumer without a group has no committed offset: it reads each partition from its beginning.
    ...(Object.hasOwn(consumerConfig, 'auto.offset.reset') ? {} : { 'auto.offset.reset': 'earliest' }),
  };
  return {
    settings: {
      producers: 3,
      consumers: 3,
      recordsPerSecond: 100,
      valueSizeBytes: 100,
      firstSequence: 0,
      readAll: false,
      quietEnd: false,
      sessionMillis: 0,
      keys: 0,
      keylessProofs: true,
      seeks: false,
      client: 'native',
      ...given,
      pace,
      producerConfig: { ...producer, ...producerConfig },
      consumerConfig: { ...consumer, ...consumerConfig },
    },
    setByHarness: { producer, consumer },
  };
}

export function checkSettings(settings: ProduceAndConsumeSettings, check: SettingsCheck): void {
  check.fields('workload', settings, FIELDS);
  check.whole('workload.producers', settings.producers, 1, HOSTS_MAX);
  check.whole('workload.consumers', settings.consumers, 0, HOSTS_MAX);
  check.positive('workload.recordsPerSecond', settings.recordsPerSecond, RECORDS_PER_SECOND_MAX);
  check.whole('workload.valueSizeBytes', settings.valueSizeBytes, VALUE_BYTES_MIN);
  check.whole('workload.sessionMillis', settings.sessionMillis, 0);
  check.whole('workload.keys', settings.keys, 0, KEYS_MAX);
  check.oneOf('workload.pace', settings.pace, PACES);
  check.oneOf('workload.client', settings.client, CLIENT_NAMES);
  check.whole('workload.firstSequence', settings.firstSequence, 0, SEQUENCE_MAX);
  check.properties('workload.producerConfig', settings.producerConfig, resolveProducerSettings);
  check.properties('workload.consumerConfig', settings.consumerConfig, resolveConsumerConfig);
}
