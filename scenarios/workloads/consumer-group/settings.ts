/** The settings of consumer-group: Kafka's own keys as the user writes them, not resolved yet. */
import { resolveProducerSettings } from '../../../broker/clients/producer/producer-settings.js';
import { type Properties, resolveConsumerConfig } from '../../../broker/config/definitions.js';
import { type Shortening, shortened } from '../../cluster/pace.js';
import { completeSettings, type ProduceAndConsumeSettings } from '../produce-and-consume/settings.js';
import type { SettingsCheck } from '../workload.js';

export const COMMIT_ORDERS = ['after-processing', 'before-processing'] as const;
export type CommitOrder = (typeof COMMIT_ORDERS)[number];

export interface ConsumerGroupSettings {
  readonly producers: number;
  readonly members: number;
  /** The rate of each producer. */
  readonly recordsPerSecond: number;
  /** How long a member works on the records of one poll before it commits. */
  readonly processingMillis: number;
  /** `after-processing`: at least once. `before-processing`: at most once. */
  readonly commit: CommitOrder;
  /** Each member is static: its host is its `group.instance.id`. */
  readonly isStatic: boolean;
  readonly producerConfig: Properties;
  readonly consumerConfig: Properties;
}

const FIELDS: { readonly [K in keyof ConsumerGroupSettings]: true } = {
  producers: true,
  members: true,
  recordsPerSecond: true,
  processingMillis: true,
  commit: true,
  isStatic: true,
  producerConfig: true,
  consumerConfig: true,
};

/** A session as short as brokers permit, so that a run sees several of them end. */
const SHORTENED_OF_MEMBERS: Readonly<Record<string, Shortening>> = {
  'request.timeout.ms': { value: '2000' },
  'session.timeout.ms': { value: '6000', holds: { 'heartbeat.interval.ms': 3_000 } },
  'heartbeat.interval.ms': { value: '500' },
  'max.poll.interval.ms': { value: '8000' },
  'default.api.timeout.ms': { value: '4000' },
};

export interface CompleteGroupSettings {
  readonly settings: ConsumerGroupSettings;
  /** Those of the producers, which are the ones of produce-and-consume. */
  readonly producing: ProduceAndConsumeSettings;
  readonly setByHarness: { readonly producer: Properties; readonly consumer: Properties };
}

export function completeGroupSettings(given: Partial<ConsumerGroupSettings>): CompleteGroupSettings {
  const { producers = 2, recordsPerSecond = 40, consumerConfig = {} } = given;
  const { settings: producing, setByHarness } = completeSettings({
    producers,
    recordsPerSecond,
    consumers: 0,
    ...(given.producerConfig === undefined ? {} : { producerConfig: given.producerConfig }),
  });
  const consumer = {
    ...shortened('brisk', SHORTENED_OF_MEMBERS, consumerConfig),
    ...missing(consumerConfig, {
      'group.id': 'workers',
      'enable.auto.commit': 'false',
      'auto.offset.reset': 'earliest',
    }),
  };
  return {
    settings: {
      producers,
      members: 3,
      recordsPerSecond,
      processingMillis: 20,
      commit: 'after-processing',
      isStatic: false,
      ...given,
      producerConfig: producing.producerConfig,
      consumerConfig: { ...consumer, ...consumerConfig },
    },
    producing,
    setByHarness: { producer: setByHarness.producer, consumer },
  };
}

function missing(written: Properties, wanted: Properties): Properties {
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => !Object.hasOwn(written, key)));
}

export function checkGroupSettings(settings: ConsumerGroupSettings, check: SettingsCheck): void {
  check.fields('workload', settings, FIELDS);
  check.whole('workload.producers', settings.producers, 1, 1_000);
  check.whole('workload.members', settings.members, 1, 1_000);
  check.positive('workload.recordsPerSecond', settings.recordsPerSecond, 1_000_000);
  check.whole('workload.processingMillis', settings.processingMillis, 0);
  check.oneOf('workload.commit', settings.commit, COMMIT_ORDERS);
  check.properties('workload.producerConfig', settings.producerConfig, resolveProducerSettings);
  check.properties('workload.consumerConfig', settings.consumerConfig, resolveConsumerConfig);
}
