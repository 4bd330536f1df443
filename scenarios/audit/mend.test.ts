/**
 * Unsafe configurations, and the change that an expert would name: the audit's own search finds it. Each is judged
 * under one class of failure, so that a search takes a few runs.
 */
import { describe, expect, it } from 'vitest';
import { inProcessExecutor } from '../../harness/runner/seed-executor.js';
import { auditScenario } from './audit-scenario.js';
import { type AuditSettings, DEFAULT_SETTINGS } from './audit-settings.js';
import { type AuditRow, auditRow, type Harm } from './audit-table.js';
import { FAILURE_CLASSES } from './failure-classes.js';
import { runGrid } from './grid.js';
import { findMendingChanges } from './mend.js';

const signal = new AbortController().signal;
const executor = inProcessExecutor();

async function table(
  settings: AuditSettings,
  seeds: number,
  names: ReadonlySet<string>,
): Promise<readonly AuditRow[]> {
  const classes = FAILURE_CLASSES.filter(({ name }) => names.has(name));
  const outcomes = await runGrid(
    classes.map((failure) => ({ scenario: auditScenario(settings, failure), firstSeed: 1, seeds })),
    { executor, signal },
  );
  return classes.map((failure, index) => auditRow(failure, outcomes[index]!, settings.processing !== null));
}

interface Unsafe {
  readonly title: string;
  readonly settings: Partial<AuditSettings>;
  readonly failure: string;
  readonly harm: Harm;
  readonly seeds: number;
  /** What an expert would say. */
  readonly change: string;
}

const small = { partitions: 1 };
const SHORT = { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '1000' };
const UNSAFE: readonly Unsafe[] = [
  {
    title: 'fire and forget',
    settings: { producer: { acks: '0' } },
    failure: 'broker-dies',
    harm: 'lost',
    seeds: 4,
    change: 'producer acks=all',
  },
  {
    title: 'acks of the leader alone',
    settings: { producer: { acks: '1' } },
    failure: 'leader-pauses',
    harm: 'lost',
    seeds: 12,
    change: 'producer acks=all',
  },
  {
    title: 'acks of the leader alone, without idempotence',
    settings: { producer: { acks: '1', 'enable.idempotence': 'false', retries: '0' } },
    failure: 'broker-dies',
    harm: 'lost',
    seeds: 12,
    change: 'producer acks=all',
  },
  {
    title: 'unclean elections on the topic',
    settings: { topic: { 'unclean.leader.election.enable': 'true' } },
    failure: 'all-brokers-die',
    harm: 'lost',
    seeds: 10,
    change: 'topic unclean.leader.election.enable=false',
  },
  {
    title: 'unclean elections on the brokers',
    settings: { broker: { 'unclean.leader.election.enable': 'true' }, topic: { 'min.insync.replicas': '2' } },
    failure: 'all-brokers-die',
    harm: 'lost',
    seeds: 10,
    change: 'topic unclean.leader.election.enable=false',
  },
  {
    title: 'one replica',
    settings: { replicationFactor: 1 },
    failure: 'power-loss',
    harm: 'lost',
    seeds: 4,
    change: 'cluster replication.factor=3',
  },
  {
    title: 'no flush, all in one room',
    settings: { topic: { 'min.insync.replicas': '2' } },
    failure: 'all-lose-power',
    harm: 'lost',
    seeds: 3,
    change: 'topic flush.messages=1',
  },
  {
    title: 'retries without idempotence',
    settings: { producer: { 'enable.idempotence': 'false' } },
    failure: 'client-cut',
    harm: 'repeated',
    seeds: 10,
    change: 'producer enable.idempotence=true',
  },
  {
    title: 'six requests in flight, which turns idempotence off',
    settings: { producer: { 'max.in.flight.requests.per.connection': '6' } },
    failure: 'client-cut',
    harm: 'repeated',
    seeds: 10,
    change: 'producer max.in.flight.requests.per.connection=5',
  },
  {
    title: 'a commit before the records are processed',
    settings: {
      consumer: { 'enable.auto.commit': 'false', ...SHORT },
      processing: { commit: 'before', millis: 50 },
    },
    failure: 'consumer-dies',
    harm: 'processedLost',
    seeds: 2,
    change: 'application commit=after',
  },
  {
    title: 'no commit at all',
    settings: {
      consumer: { 'enable.auto.commit': 'false', 'auto.offset.reset': 'earliest', ...SHORT },
      processing: { commit: 'none', millis: 5 },
    },
    failure: 'rebalance',
    harm: 'processedRepeated',
    seeds: 2,
    change: 'application commit=after',
  },
  {
    title: 'no commit at all, and a group that begins at the end',
    settings: {
      consumer: { 'enable.auto.commit': 'false', ...SHORT },
      processing: { commit: 'none', millis: 5 },
    },
    failure: 'consumer-dies',
    harm: 'processedLost',
    seeds: 2,
    change: 'consumer auto.offset.reset=earliest',
  },
  {
    title: 'a charge that must not be made twice, committed by the consumer',
    settings: {
      consumer: { 'enable.auto.commit': 'true', ...SHORT },
      processing: { commit: 'auto', millis: 50 },
    },
    failure: 'consumer-dies',
    harm: 'processedRepeated',
    seeds: 2,
    change: 'application commit=before',
  },
  {
    title: 'retries in a pipeline without idempotence',
    settings: { producer: { 'enable.idempotence': 'false', retries: '5' } },
    failure: 'power-loss',
    harm: 'reordered',
    seeds: 4,
    change: 'producer enable.idempotence=true',
  },
];

describe('the smallest change that mends', () => {
  it.each(UNSAFE)(
    '$title: $change',
    { timeout: 300_000 },
    async ({ settings: change, failure, harm, seeds, change: expected }) => {
      const settings: AuditSettings = { ...DEFAULT_SETTINGS, ...small, ...change };
      const judged = new Set([failure]);
      const rows = await table(settings, seeds, judged);
      expect(rows[0]?.cells[harm].verdict).toBe('broken');
      const { mending } = await findMendingChanges({
        settings,
        rows,
        harm,
        judged,
        seeds,
        signal,
        measure: (changed, count) => table(changed, count, judged),
      });
      expect(mending.map(({ words }) => words)).toContain(expected);
      expect(mending[0]?.changes).toHaveLength(1);
    },
  );
});
