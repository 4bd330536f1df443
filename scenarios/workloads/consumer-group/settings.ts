/** The settings of consumer-group: Kafka's own keys as the user writes them, not resolved yet. */
import { resolveProducerSettings } from '../../../broker/clients/producer/producer-settings.js';
import {
  ConfigException,
  type Properties,
  resolveConsumerConfig,
} from '../../../broker/config/definitions.js';
import { type Shortening, shortened } from '../../cluster/pace.js';
import type { DeliveryPromise } from '../../invariants/group-checker.js';
import { completeSettings, type ProduceAndConsumeSettings } from '../produce-and-consume/settings.js';
import type { SettingsCheck } from '../workload.js';
import { promisesOf } from './delivery.js';

export const COMMIT_ORDERS = [
  'after-processing',
  'before-processing',
  'auto',
  'auto-aside',
  'position-per-record',
  'with-results',
] as const;
export type CommitOrder = (typeof COMMIT_ORDERS)[number];

export const EFFECTS = ['plain', 'unique-key', 'look-up'] as const;
export const ON_FAILURE = ['pause-and-retry', 'skip', 'publish-then-commit', 'commit-then-publish'] as const;
const PROMISES: readonly DeliveryPromise[] = ['no-loss', 'no-repeat', 'order', 'no-move'];

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
   * - `with-results`: a member commits nothing to Kafka. It stores its offsets with its results in one transaction of a
   *   database, and seeks to them on assignment.
   *
   * With the two orders of auto-commit `enable.auto.commit` must be true.
   */
  readonly commit: CommitOrder;
  /** `after-processing`: a member commits after so many polls that returned records. */
  readonly pollsPerCommit: number;
  /** `after-processing`: before partitions are given up, a member commits what it has processed. */
  readonly commitsWhenRevoked: boolean;
  /** `with-results`: the transaction of a member that has lost the partition in the meantime is rolled back. */
  readonly fencesResults: boolean;
  /**
   * What the processing of a record does.
   *
   * - `plain`: something that a repeat does again.
   * - `unique-key`: an insert into a table with a unique key, which a repeat leaves as it is.
   * - `look-up`: a member looks the record up before it works on it, and inserts it afterwards. Two members may both
   *   find nothing.
   */
  readonly effects: (typeof EFFECTS)[number];
  /** The processing of one poll in so many takes `slowMillis`; 0: none does. */
  readonly slowOneIn: number;
  readonly slowMillis: number;
  /** The processing of one record in so many fails; 0: none does. Only with `after-processing`. */
  readonly failsOneIn: number;
  /**
   * What becomes of a record whose processing failed.
   *
   * - `pause-and-retry`: its partition pauses, goes back to the record and is resumed later.
   * - `skip`: a member goes on, and its next commit covers the record.
   * - `publish-then-commit`, `commit-then-publish`: a member sends the record to a retry topic, `orders-retry` beside
   *   `orders`, which the cluster must have and the group reads as well.
   */
  readonly onFailure: (typeof ON_FAILURE)[number];
  /** A partition whose offset the group has never committed begins at its beginning, whatever `auto.offset.reset` says. */
  readonly beginsAtStart: boolean;
  /** A member that is asked to stop finishes its work, closes its consumer and leaves the group; false: it dies. */
  readonly leaves: boolean;
  /** What a run must hold. By default it is what the settings permit to promise (`delivery.ts`). */
  readonly promises: readonly DeliveryPromise[];
  /** Each record has one of this many keys, and the order is one of each key; 0: no keys. */
  readonly keys: number;
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
  pollsPerCommit: true,
  commitsWhenRevoked: true,
  fencesResults: true,
  effects: true,
  slowOneIn: true,
  slowMillis: true,
  failsOneIn: true,
  onFailure: true,
  beginsAtStart: true,
  leaves: true,
  promises: true,
  keys: true,
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
    keys: given.keys ?? 0,
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
  const settings = {
    producers,
    members: 3,
    recordsPerSecond,
    processingMillis: 20,
    commit: 'after-processing' as const,
    pollsPerCommit: 1,
    commitsWhenRevoked: true,
    fencesResults: true,
    effects: 'plain' as const,
    slowOneIn: 0,
    slowMillis: 0,
    failsOneIn: 0,
    onFailure: 'pause-and-retry' as const,
    beginsAtStart: false,
    leaves: false,
    keys: 0,
    isStatic: false,
    ...given,
    producerConfig: producing.producerConfig,
    consumerConfig: { ...consumer, ...consumerConfig },
  };
  return {
    settings: { ...settings, promises: given.promises ?? promisesOf(settings) },
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
  check.oneOf('workload.onFailure', settings.onFailure, ON_FAILURE);
  check.whole('workload.failsOneIn', settings.failsOneIn, 0, 1_000_000);
  check.oneOf('workload.effects', settings.effects, EFFECTS);
  check.whole('workload.pollsPerCommit', settings.pollsPerCommit, 1, 1_000_000);
  check.whole('workload.slowOneIn', settings.slowOneIn, 0, 1_000_000);
  check.whole('workload.slowMillis', settings.slowMillis, 0);
  check.whole('workload.keys', settings.keys, 0, 1_000_000);
  for (const promise of settings.promises) check.oneOf('workload.promises', promise, PROMISES);
  check.properties('workload.producerConfig', settings.producerConfig, resolveProducerSettings);
  check.properties('workload.consumerConfig', settings.consumerConfig, (written) => {
    const isOn = resolveConsumerConfig(written)['enable.auto.commit'];
    const isWanted = commitsItself(settings.commit);
    if (isOn !== isWanted)
      throw new ConfigException(`commit: '${settings.commit}' needs enable.auto.commit=${isWanted}`);
  });
}
