/** Neighbouring settings: the changes of one or two keys that an engineer would consider, the cheapest first. */
import { ConfigException } from '../../broker/config/definitions.js';
import {
  type AuditSettings,
  COMMIT_ORDERS,
  type ProcessKind,
  type ResolvedSettings,
  resolveSettings,
} from './audit-settings.js';

export interface SettingChange {
  /** `application`: the order of commit and processing. */
  readonly where: ProcessKind | 'cluster' | 'application';
  readonly key: string;
  readonly value: string;
}

/** The key of the cluster's shape, as kafka-topics.sh calls it. */
const REPLICATION_FACTOR = 'replication.factor';
const NO_LIMIT = '2147483647';
const IN_FLIGHT = 'max.in.flight.requests.per.connection';
const IN_FLIGHT_IDEMPOTENT_MAX = 5;

/** The order of commit, as `--commit` calls it. */
const COMMIT = 'commit';

/** A change as a person types it: `producer acks=all`. */
export function changeWords({ where, key, value }: SettingChange): string {
  return `${where} ${key}=${value}`;
}

export function withChanges(settings: AuditSettings, changes: readonly SettingChange[]): AuditSettings {
  let changed = settings;
  for (const { where, key, value } of changes) {
    changed = withChange(changed, { where, key, value });
  }
  return changed;
}

function withChange(settings: AuditSettings, { where, key, value }: SettingChange): AuditSettings {
  if (where === 'cluster') return { ...settings, replicationFactor: Number(value) };
  if (where !== 'application') return { ...settings, [where]: { ...settings[where], [key]: value } };
  const { processing, consumer } = settings;
  const commit = COMMIT_ORDERS.find((each) => each === value);
  if (processing === null || commit === undefined) return settings;
  // The application commits, and the consumer does not.
  return {
    ...settings,
    consumer: { ...consumer, 'enable.auto.commit': 'false' },
    processing: { ...processing, commit },
  };
}

/** Single changes, then pairs. Combinations that Kafka refuses are left out. */
export function neighbours(settings: AuditSettings): readonly (readonly SettingChange[])[] {
  const single = singleChanges(settings, resolveSettings(settings));
  const pairs = single.flatMap((first, index) =>
    single.slice(index + 1).flatMap((second) => (first.key === second.key ? [] : [[first, second]])),
  );
  return [...single.map((change) => [change]), ...pairs].filter((changes) =>
    isAccepted(withChanges(settings, changes)),
  );
}

function singleChanges(
  settings: AuditSettings,
  { producer, topic }: ResolvedSettings,
): readonly SettingChange[] {
  const changes: SettingChange[] = [];
  const ofProducer = (key: string, value: string): void =>
    void changes.push({ where: 'producer', key, value });
  const ofTopic = (key: string, value: string): void => void changes.push({ where: 'topic', key, value });
  const { brokers, replicationFactor } = settings;
  if (producer.acks !== -1) ofProducer('acks', 'all');
  if (!producer['enable.idempotence']) ofProducer('enable.idempotence', 'true');
  if (producer[IN_FLIGHT] > IN_FLIGHT_IDEMPOTENT_MAX) ofProducer(IN_FLIGHT, String(IN_FLIGHT_IDEMPOTENT_MAX));
  if (producer.retries === 0) ofProducer('retries', NO_LIMIT);
  if (topic['unclean.leader.election.enable']) ofTopic('unclean.leader.election.enable', 'false');
  for (let count = topic['min.insync.replicas'] + 1; count <= replicationFactor; count++)
    ofTopic('min.insync.replicas', String(count));
  const factor = Math.min(3, brokers);
  if (replicationFactor < factor)
    changes.push({ where: 'cluster', key: REPLICATION_FACTOR, value: String(factor) });
  if (topic['flush.messages'] > 1) ofTopic('flush.messages', '1');
  if (!producer['enable.idempotence'] && producer[IN_FLIGHT] > 1) ofProducer(IN_FLIGHT, '1');
  if (!producer['enable.idempotence'] && producer.retries > 0) ofProducer('retries', '0');
  changes.push(...groupChanges(settings));
  return changes;
}

function groupChanges(settings: AuditSettings): readonly SettingChange[] {
  const { processing } = settings;
  if (processing === null) return [];
  const { consumer } = resolveSettings(settings);
  const changes: SettingChange[] = [];
  for (const value of ['after', 'before'] as const)
    if (processing.commit !== value) changes.push({ where: 'application', key: COMMIT, value });
  if (consumer['auto.offset.reset'] === 'latest')
    changes.push({ where: 'consumer', key: 'auto.offset.reset', value: 'earliest' });
  return changes;
}

function isAccepted(settings: AuditSettings): boolean {
  try {
    resolveSettings(settings);
    return true;
  } catch (error) {
    if (error instanceof ConfigException) return false;
    throw error;
  }
}
