/** Neighbouring settings: the changes of one or two keys that an engineer would consider, the cheapest first. */
import { ConfigException } from '../../broker/config/definitions.js';
import {
  type AuditSettings,
  type ProcessKind,
  type ResolvedSettings,
  resolveSettings,
} from './audit-settings.js';

export interface SettingChange {
  readonly where: ProcessKind | 'cluster';
  readonly key: string;
  readonly value: string;
}

/** The key of the cluster's shape, as kafka-topics.sh calls it. */
const REPLICATION_FACTOR = 'replication.factor';
const NO_LIMIT = '2147483647';
const IN_FLIGHT = 'max.in.flight.requests.per.connection';
const IN_FLIGHT_IDEMPOTENT_MAX = 5;

/** A change as a person types it: `producer acks=all`. */
export function changeWords({ where, key, value }: SettingChange): string {
  return `${where} ${key}=${value}`;
}

export function withChanges(settings: AuditSettings, changes: readonly SettingChange[]): AuditSettings {
  let changed = settings;
  for (const { where, key, value } of changes) {
    changed =
      where === 'cluster'
        ? { ...changed, replicationFactor: Number(value) }
        : { ...changed, [where]: { ...changed[where], [key]: value } };
  }
  return changed;
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
