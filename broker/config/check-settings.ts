/**
 * What Kafka refuses when settings of topics and brokers are created or altered, in its own words
 * (org.apache.kafka.storage.internals.log.LogConfig#validate, org.apache.kafka.server.config.DynamicBrokerConfig). After
 * that comes what is refused here: a setting that would change what is promised, and that is not modelled.
 */
import { valueProblem } from './config-def.js';
import { kafkaKeys } from './kafka-keys/index.js';
import { modelledProblem, standingOf } from './standing.js';

/** Settings by name; null removes one. */
export type Settings = ReadonlyMap<string, string | null>;

/** The keys of a topic in the order in which Kafka checks their values. */
const CHECKED_FIRST: readonly string[] = [
  'segment.bytes',
  'segment.ms',
  'segment.jitter.ms',
  'segment.index.bytes',
  'flush.messages',
  'flush.ms',
  'retention.bytes',
  'retention.ms',
  'max.message.bytes',
  'index.interval.bytes',
  'delete.retention.ms',
  'min.compaction.lag.ms',
  'max.compaction.lag.ms',
  'file.delete.delay.ms',
  'min.cleanable.dirty.ratio',
  'cleanup.policy',
  'unclean.leader.election.enable',
  'min.insync.replicas',
];

/** `kept`: the settings that the topic has already and keeps. */
export function topicSettingsProblem(changed: Settings, kept: Settings): string | null {
  const keys = kafkaKeys('topic');
  for (const name of kept.keys()) if (!keys.has(name)) return `Unknown topic config name: ${name}`;
  for (const [name, value] of changed)
    if (value !== null && !keys.has(name)) return `Unknown topic config name: ${name}`;
  for (const name of new Set([...CHECKED_FIRST, ...keys.keys()])) {
    const key = keys.get(name);
    const value = changed.get(name) ?? null;
    const problem = key === undefined || value === null ? null : valueProblem(key, value);
    if (problem !== null) return problem;
  }
  return conflict(changed, kept) ?? unmodelledProblem('topic', changed);
}

function conflict(changed: Settings, kept: Settings): string | null {
  const current = (name: string) => changed.get(name) ?? kept.get(name) ?? null;
  const [min, max] = [current('min.compaction.lag.ms'), current('max.compaction.lag.ms')];
  if (min !== null && max !== null && Number(min) > Number(max)) {
    return (
      `conflict topic config setting min.compaction.lag.ms (${min.trim()}) > ` +
      `max.compaction.lag.ms (${max.trim()})`
    );
  }
  if (changed.get('remote.storage.enable')?.trim().toLowerCase() !== 'true') return null;
  return 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.';
}

/** `isPerBroker`: the settings are those of one broker, else the defaults of all brokers. */
export function brokerSettingsProblem(changed: Settings, isPerBroker: boolean): string | null {
  const keys = kafkaKeys('broker');
  const known = [...changed.keys()].flatMap((name) => keys.get(name) ?? []);
  const fixed = known.filter(({ updateMode }) => updateMode === 'read-only');
  if (fixed.length > 0) return `Cannot update these configs dynamically: ${listed(fixed)}`;
  const single = known.filter(({ updateMode }) => updateMode === 'per-broker');
  if (!isPerBroker && single.length > 0) {
    return `Cannot update these configs at default cluster level, broker id must be specified: ${listed(single)}`;
  }
  for (const key of known) {
    const value = changed.get(key.key) ?? null;
    const problem = value === null ? null : valueProblem(key, value);
    if (problem !== null) return problem;
  }
  return unmodelledProblem('broker', changed);
}

const listed = (keys: readonly { readonly key: string }[]): string =>
  `[${keys.map(({ key }) => key).join(', ')}]`;

/** A value that this broker does not have, although Kafka does. */
function unmodelledProblem(kind: 'topic' | 'broker', changed: Settings): string | null {
  for (const [name, value] of changed) {
    if (value === null) continue;
    const standing = standingOf(kind, name, value);
    if (standing?.standing === 'refused') return `${name} ${standing.reason}`;
    const problem = standing?.standing === 'modelled' ? modelledProblem(kind, name, value) : null;
    if (problem !== null) return `Invalid value ${value} for configuration ${name}: ${problem}`;
  }
  return null;
}
