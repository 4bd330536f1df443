/**
 * What Kafka promises in one cell of the table of an audit, derived from the settings alone and not from a run. Sources: the
 * documentation of `acks`, `min.insync.replicas`, `unclean.leader.election.enable`, `flush.messages` and
 * `enable.idempotence`; KIP-98, KIP-101, KIP-966 with `eligible.leader.replicas.version=0`.
 */
import { type AuditSettings, resolveSettings } from './audit-settings.js';
import type { Harm } from './audit-table.js';

/** `kept`: Kafka forbids the harm. `breaks`: it permits the harm, and a run shows it. `permitted`: it may happen. */
export type CellPromise = 'kept' | 'breaks' | 'permitted';

interface Facts {
  readonly acks: -1 | 0 | 1;
  /** Replicas at most. */
  readonly replicas: number;
  readonly unclean: boolean;
  readonly flushes: boolean;
  readonly idempotent: boolean;
  readonly retries: boolean;
  readonly pipelines: boolean;
}

/**
 * In these classes the leadership moves while the leader has records that its successor may lack. The last replica that
 * loses power is not one of them: alone in the ISR, it leads again.
 */
const LEADER_MOVES = new Set([
  'broker-dies',
  'two-brokers-die',
  'all-brokers-die',
  'power-loss',
  'all-lose-power',
  'leader-cut-off',
  'leader-pauses',
  'rolling-restart',
  'preferred-election',
]);
/** Nothing happens to a broker, or to a connection of a producer. */
const HARMLESS = new Set([
  'nothing-fails',
  'controller-dies',
  'producer-dies',
  'consumer-dies',
  'consumer-pauses',
  'clock-steps',
]);

/** Null: the cell is not measured. */
export function kafkaPromise(settings: AuditSettings, failure: string, harm: Harm): CellPromise | null {
  const { producer, topic } = resolveSettings(settings);
  const facts: Facts = {
    acks: producer.acks,
    replicas: settings.replicationFactor,
    unclean: topic['unclean.leader.election.enable'],
    flushes: topic['flush.messages'] === 1,
    idempotent: producer['enable.idempotence'],
    retries: producer.retries > 0,
    pipelines: producer['max.in.flight.requests.per.connection'] > 1,
  };
  switch (harm) {
    case 'lost':
      return lost(facts, failure);
    case 'repeated':
      return repeated(facts, failure);
    case 'reordered':
      return reordered(facts, failure);
    case 'readUnsafe':
      return committedLost(facts, failure);
    case 'processedLost':
    case 'processedRepeated':
      return processed(settings, facts, failure, harm);
  }
}

/** Failures that no member and no coordinator of a group notices. */
const UNNOTICED_BY_GROUPS = new Set(['nothing-fails', 'controller-dies', 'producer-dies', 'clock-steps']);

/**
 * Processing, then commit: at least once, however the offsets are committed, for auto-commit covers what earlier polls returned.
 * Commit, then processing: at most once. A group whose commits are lost begins anew, at `auto.offset.reset`.
 */
function processed(
  settings: AuditSettings,
  facts: Facts,
  failure: string,
  harm: 'processedLost' | 'processedRepeated',
): CellPromise | null {
  const { processing, broker, brokers } = settings;
  if (processing === null) return null;
  const ofLog = harm === 'processedLost' ? lost(facts, failure) : repeated(facts, failure);
  if (ofLog !== 'kept') return 'permitted';
  if (UNNOTICED_BY_GROUPS.has(failure)) return 'kept';
  const { server, topic, consumer } = resolveSettings({ ...settings, topic: {} });
  const offsets: Facts = {
    ...facts,
    acks: -1,
    replicas: Math.min(brokers, server['offsets.topic.replication.factor']),
    unclean: topic['unclean.leader.election.enable'],
    flushes: broker['log.flush.interval.messages'] === '1',
  };
  const commitsStay = processing.commit !== 'none' && committedLost(offsets, failure) === 'kept';
  const skips = consumer['auto.offset.reset'] === 'latest';
  if (harm === 'processedLost')
    return processing.commit === 'before' || (skips && !commitsStay) ? 'permitted' : 'kept';
  return processing.commit === 'before' && (commitsStay || skips) ? 'kept' : 'permitted';
}

function lost(facts: Facts, failure: string): CellPromise {
  const { acks, replicas } = facts;
  const committed = committedLost(facts, failure);
  if (acks === -1 || committed === 'breaks' || (replicas === 1 && acks === 1)) return committed;
  if (acks === 0) return LEADER_MOVES.has(failure) ? 'breaks' : 'permitted';
  if (LEADER_MOVES.has(failure)) return 'breaks';
  return failure === 'disk-trouble' ? 'permitted' : committed;
}

/** Records below the high watermark: those that consumers may read, and that acks=all acknowledges. */
function committedLost({ replicas, unclean, flushes }: Facts, failure: string): CellPromise {
  const isPowerLossOfAll =
    failure === 'all-lose-power' ||
    (failure === 'last-replica-loses-power' && replicas > 1) ||
    (replicas === 1 && (failure === 'power-loss' || failure === 'last-replica-loses-power'));
  if (isPowerLossOfAll && !flushes) return 'breaks';
  if (!unclean || replicas === 1) return 'kept';
  // Every member of the ISR is away, and a replica from outside it leads.
  if (failure === 'all-brokers-die') return 'breaks';
  return failure === 'two-brokers-die' || isPowerLossOfAll ? 'permitted' : 'kept';
}

function repeated({ acks, idempotent, retries }: Facts, failure: string): CellPromise {
  if (idempotent || !retries || HARMLESS.has(failure)) return 'kept';
  // An answer that is lost is asked for again. Without acknowledgements there is no answer.
  return failure === 'client-cut' && acks !== 0 ? 'breaks' : 'permitted';
}

function reordered({ idempotent, retries, pipelines, unclean }: Facts, failure: string): CellPromise {
  if (HARMLESS.has(failure)) return 'kept';
  if (!idempotent && retries && pipelines) return 'permitted';
  return unclean && !idempotent ? 'permitted' : 'kept';
}
