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
import type { Workload } from '../workloads/workload.js';
import {
  type AuditSettings,
  isGroupKey,
  resolveSettings,
  settingsFromWords,
  settingsToWords,
} from './audit-settings.js';
import { AuditWorkload, auditLogWorkload } from './audit-workload.js';
import { FAILURE_CLASSES, type FailureClass } from './failure-classes.js';
import { type ClassContext, TOPIC } from './failure-draws.js';

const FAMILY = 'audit';
/** Of each producer. */
const RECORDS_PER_SECOND = 14;
/** In runs as long as a session of processing may be. */
const RECORDS_PER_SECOND_LONG = 2;
const LONG_SECONDS = 240;
const RECORDS_PER_SECOND_MAX_BUSY = 500;

/** @throws ScenarioError, ConfigException */
export function auditScenario(settings: AuditSettings, failure: FailureClass): KafkaScenario {
  const { brokers, replicationFactor, partitions } = settings;
  const resolved = resolveSettings(settings);
  const context: ClassContext = {
    settings: resolved,
    brokers,
    partitions,
    hasGroup: settings.processing !== null,
  };
  const longestMillis =
    resolved.producer['delivery.timeout.ms'] +
    resolved.server['broker.session.timeout.ms'] +
    resolved.server['replica.lag.time.max.ms'] +
    (settings.processing === null ? 0 : resolved.consumer['max.poll.interval.ms']);
  const built = scenario(`${FAMILY} ${failure.name} ${settingsToWords(settings)}`, {
    promise: `nothing acknowledged is lost, repeated or reordered${settings.processing === null ? '' : ', and each record is processed once,'} when ${failure.title}`,
    cluster: cluster({
      brokers,
      pace: 'kafka',
      config: settings.processing === null ? settings.broker : withOffsetsTopic(settings.broker, brokers),
      topics: { [TOPIC]: { partitions, replicationFactor, config: settings.topic } },
    }),
    workload: workloadOf(settings, failure.seconds(context)),
    faults: [],
    budget: UNLIMITED_BUDGET,
    durationSeconds: failure.seconds(context),
    livenessSeconds: Math.min(3_600, 120 + longestMillis / 1_000),
    strict: true,
  });
  return { ...built, plan: failure.plan(context) };
}

/** A cluster of fewer brokers than `offsets.topic.replication.factor` has no coordinator: a quickstart writes the key. */
function withOffsetsTopic(broker: Properties, brokers: number): Properties {
  return brokers >= 3 ? broker : { 'offsets.topic.replication.factor': String(brokers), ...broker };
}

function workloadOf({ producer, consumer, processing }: AuditSettings, seconds: number): Workload {
  const recordsPerSecond = Math.min(
    seconds > LONG_SECONDS ? RECORDS_PER_SECOND_LONG : RECORDS_PER_SECOND,
    // A group that is half busy can catch up.
    processing === null ? RECORDS_PER_SECOND : RECORDS_PER_SECOND_MAX_BUSY / Math.max(1, processing.millis),
  );
  const log = { recordsPerSecond, producer, reader: withoutGroupKeys(consumer) };
  return processing === null ? auditLogWorkload(log) : new AuditWorkload({ ...log, consumer, processing });
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
