/**
 * Verdicts that once depended on the level of a setting or on the settings beside it: settings of brokers instead of
 * topics, settings that Kafka resolves against each other, a strict topic beside a lenient one.
 */
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { kafkaRules } from '../../broker/rules/index.js';
import { anyOf, crash, holdKind, isolate, pause, powerLoss, reset } from '../../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { cluster, type TopicSpec } from '../cluster/cluster-spec.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { type KafkaScenario, scenario, withRules } from './scenario.js';

const LONG = { min: 2_000_000, max: 8_000_000 };

/** The forbidden anomalies over the first seeds. Ends at the first invalid run if `until` is `invalid`. */
function anomaliesOf(subject: KafkaScenario, seeds: number, until: 'end' | 'invalid'): Set<string> {
  const names = new Set<string>();
  for (let seed = 1; seed <= seeds; seed++) {
    const { anomalies } = executeRun(subject, { seed: `${seed}` });
    for (const { name, allowed } of anomalies) if (!allowed) names.add(name);
    if (until === 'invalid' && names.size > 0) break;
  }
  return names;
}

const base = {
  promise: 'what Kafka permits with these settings is no broken promise',
  budget: UNLIMITED_BUDGET,
};

describe('producer settings are resolved as in Kafka', () => {
  it.each<Properties>([
    { acks: '1' },
    { acks: '1', 'enable.idempotence': 'false' },
    { acks: 'all', 'max.in.flight.requests.per.connection': '10' },
  ])('%j is not judged as idempotent', (producerConfig) => {
    const subject = scenario('as-written', {
      ...base,
      cluster: cluster({ brokers: 3, topics: { orders: { partitions: 1 } } }),
      workload: produceAndConsume({ producers: 2, consumers: 1, recordsPerSecond: 50, producerConfig }),
      faults: [
        holdKind(anyOf('broker'), 'Produce response'),
        reset(anyOf('producer'), anyOf('broker')),
        pause('leader of orders-0'),
      ],
    });
    expect(subject.profile).toContain('retries=max');
    expect([...anomaliesOf(subject, 20, 'end')]).toEqual([]);
  });
});

describe('a setting of topics, set for the brokers', () => {
  it.each([
    ['on the topic', {}, { 'unclean.leader.election.enable': 'true' }],
    ['on the brokers', { 'unclean.leader.election.enable': 'true' }, {}],
  ])('permits unclean elections: %s', (_, config: Properties, topicConfig: Properties) => {
    const orders: TopicSpec = { partitions: 1, replicationFactor: 2, config: topicConfig };
    const subject = scenario('unclean', {
      ...base,
      cluster: cluster({ brokers: 3, config, topics: { orders } }),
      workload: produceAndConsume({ producers: 2, consumers: 1, recordsPerSecond: 25 }),
      faults: [
        crash('leader of orders-0', LONG),
        crash('leader of orders-0'),
        isolate('leader of orders-0', 'brokers', LONG),
        isolate('follower of orders-0', 'brokers', LONG),
      ],
      faultsMax: 24,
    });
    expect([...anomaliesOf(subject, 20, 'end')]).toEqual([]);
  });

  it.each([
    ['on the topic', {}, { 'min.insync.replicas': '2' }],
    ['on the brokers', { 'min.insync.replicas': '2' }, {}],
  ])('forbids an append below min.insync.replicas: %s', (_, config: Properties, topicConfig: Properties) => {
    const subject = withRules(
      scenario('min-isr', {
        ...base,
        cluster: cluster({ brokers: 3, config, topics: { orders: { partitions: 1, config: topicConfig } } }),
        workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 30 }),
        faults: [crash('leader of orders-0', LONG), isolate('follower of orders-0', 'servers', LONG)],
        durationSeconds: 12,
      }),
      'ignores-it',
      { mayAppend: () => 'NONE' },
    );
    expect([...anomaliesOf(subject, 60, 'invalid')]).toContain('append-below-min-isr');
  });

  it.each([
    ['on the topic', {}, { 'flush.messages': '1' }],
    ['on the brokers', { 'log.flush.interval.messages': '1' }, {}],
  ])('forbids the loss of a flushed record: %s', (_, config: Properties, topicConfig: Properties) => {
    const subject = withRules(
      scenario('flushed', {
        ...base,
        cluster: cluster({ brokers: 1, config, topics: { orders: { partitions: 1, config: topicConfig } } }),
        workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 50 }),
        faults: [powerLoss('b1', { min: 100_000, max: 1_000_000 })],
        durationSeconds: 10,
      }),
      'never-flushes',
      { isFlushDue: () => false },
    );
    expect(anomaliesOf(subject, 30, 'invalid').size).toBeGreaterThan(0);
  });
});

describe('a strict topic', () => {
  const payments: TopicSpec = {
    partitions: 1,
    replicationFactor: 2,
    config: { 'unclean.leader.election.enable': 'false', 'min.insync.replicas': '1' },
  };
  const clicks: TopicSpec = { partitions: 1, config: { 'unclean.leader.election.enable': 'true' } };

  it.each([
    ['alone', { payments }],
    ['beside a lenient one', { payments, clicks }],
  ])('stays strict %s', (_, topics: Readonly<Record<string, TopicSpec>>) => {
    const subject = withRules(
      scenario('strict', {
        ...base,
        cluster: cluster({ brokers: 3, topics }),
        workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 30 }),
        faults: [crash('leader of payments-0', LONG), isolate('follower of payments-0', 'brokers', LONG)],
      }),
      'elects-anyone',
      {
        electLeader: (election) =>
          kafkaRules.electLeader({
            ...election,
            kind: election.kind === 'online' ? 'unclean' : election.kind,
          }),
      },
    );
    expect(anomaliesOf(subject, 60, 'invalid').size).toBeGreaterThan(0);
  });
});
