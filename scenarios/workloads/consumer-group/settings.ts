/** The settings of consumer-group: Kafka's own keys as the user writes them, not resolved yet. */
import { resolveProducerSettings } from '../../../broker/clients/producer/producer-settings.js';
import {
  ConfigException,
  type Properties,
  resolveConsumerConfig,
} from '../../../broker/config/definitions.js';
import { type Shortening, shortened } from '../../cluster/pace.js';
import { completeSettings, type ProduceAndConsumeSettings } from '../produce-and-consume/settings.js';
import type { SettingsCheck } from '../workload.js';

export const COMMIT_ORDERS = [
  'after-processing',
  'before-processing',
  'auto',
  'auto-aside',
  'position-per-record',
] as const;
export type CommitOrder = (typeof COMMIT_ORDERS)[number];

export interface ConsumerGroupSettings {
  readonly producers: number;
  readonly members: number;
  /** The rate of each producer. */
  readonly recordsPerSecond: number;
  /** How long a member works on the records of one poll before it commits. */
  readonly processingMillis: number;
  /**
   * - `after-processing`: at least once.
   * - `before-processing`: at most once.
   * - `auto`: auto-commit, and a member processes what a poll returned before it polls again: at least once.
   * - `auto-aside`: auto-commit, and a member polls on while it processes: a crash loses what is still being processed.
   * - `position-per-record`: a member processes one record after the other and after each commits its position, which
   *   is behind the whole poll: a crash loses the rest of the poll.
   *
   * With the two orders of auto-commit `enable.auto.commit` must be true.
   */
  readonly commit: CommitOrder;
  /** A record that is processed again breaks the promise. By default only a group that commits first promises that. */
  readonly forbidsRepeats: boolean;
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
  forbidsRepeats: true,
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
      'enable.auto.commit': `${commitsItself(given.commit)}`,
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
      forbidsRepeats: given.commit === 'before-processing',
      isStatic: false,
      ...given,
      producerConfig: producing.producerConfig,
      consumerConfig: { ...consumer, ...consumerConfig },
    },
    producing,
    setByHarness: { producer: setByHarness.producer, consumer },
  };
}

/** The consumer commits, and not the application. */
export const commitsItself = (commit: CommitOrder | undefined): boolean =>
  commit === 'auto' || commit === 'auto-aside';

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
  check.properties('workload.consumerConfig', settings.consumerConfig, (written) => {
    const isOn = resolveConsumerConfig(written)['enable.auto.commit'];
    const isWanted = commitsItself(settings.commit);
    if (isOn !== isWanted)
      throw new ConfigException(`commit: '${settings.commit}' needs enable.auto.commit=${isWanted}`);
  });
}
