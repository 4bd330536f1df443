/**
 * The scenario of one cell row: one class of failure under the configuration of an audit. Its name states both, so the
 * name is enough to run it again, in a worker thread or from a replay token. Every loss, duplicate and reordering makes a
 * run invalid, whether Kafka permits it or not.
 */

import type { Properties } from '../../broker/config/definitions.js';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import type { Scenario } from '../../harness/runner/experiment.js';
import { cluster } from '../cluster/cluster-spec.js';
import { type KafkaScenario, scenario } from '../experiment/scenario.js';
import { type Guarantee, guaranteeOf } from '../judgement/guarantee.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import {
  type AuditSettings,
  isGroupKey,
  resolveSettings,
  settingsFromWords,
  settingsToWords,
} from './audit-settings.js';
import { FAILURE_CLASSES, type FailureClass } from './failure-classes.js';
import { type ClassContext, TOPIC } from './failure-draws.js';

const FAMILY = 'audit';
const PRODUCERS = 2;
const RECORDS_PER_SECOND = 14;

/** @throws ScenarioError, ConfigException */
export function auditScenario(settings: AuditSettings, failure: FailureClass): KafkaScenario {
  const { brokers, replicationFactor, partitions } = settings;
  const resolved = resolveSettings(settings);
  const context: ClassContext = { settings: resolved, brokers, partitions };
  const longestMillis =
    resolved.producer['delivery.timeout.ms'] +
    resolved.server['broker.session.timeout.ms'] +
    resolved.server['replica.lag.time.max.ms'];
  const built = scenario(`${FAMILY} ${failure.name} ${settingsToWords(settings)}`, {
    promise: `nothing acknowledged is lost, repeated or reordered when ${failure.title}`,
    cluster: cluster({
      brokers,
      pace: 'kafka',
      config: settings.broker,
      topics: { [TOPIC]: { partitions, replicationFactor, config: settings.topic } },
    }),
    workload: produceAndConsume({
      producers: PRODUCERS,
      consumers: 1,
      recordsPerSecond: RECORDS_PER_SECOND,
      readAll: true,
      pace: 'kafka',
      producerConfig: settings.producer,
      // A reader without a group has no committed offset, so it begins at the beginning.
      consumerConfig: { ...withoutGroupKeys(settings.consumer), 'auto.offset.reset': 'earliest' },
    }),
    faults: [],
    budget: UNLIMITED_BUDGET,
    durationSeconds: failure.seconds(context),
    livenessSeconds: Math.min(3_600, 120 + longestMillis / 1_000),
    strict: true,
  });
  return { ...built, plan: failure.plan(context) };
}

/** What Kafka guarantees with the settings. */
export function auditGuarantee({ broker, topic, producer, partitions }: AuditSettings): Guarantee {
  return guaranteeOf(
    { config: broker, topics: { [TOPIC]: { partitions, config: topic } } },
    { producerConfig: producer },
  );
}

const withoutGroupKeys = (consumer: Properties): Properties =>
  Object.fromEntries(Object.entries(consumer).filter(([key]) => !isGroupKey(key)));

const known = new Map<string, Scenario | null>();

/** The scenario of an audit by its name; null: the name is not one. */
export function auditScenarioNamed(name: string): Scenario | null {
  const [family, className, ...words] = name.split(' ');
  if (family !== FAMILY) return null;
  let found = known.get(name);
  if (found === undefined) {
    const failure = FAILURE_CLASSES.find((each) => each.name === className);
    const settings = settingsFromWords(words);
    found = failure === undefined || settings === null ? null : auditScenario(settings, failure);
    known.set(name, found);
  }
  return found;
}
