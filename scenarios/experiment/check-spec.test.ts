import { describe, expect, it } from 'vitest';
import { crash, drawPlan } from '../../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import { PlanError } from '../../harness/faults/plan.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { type ClusterSpec, cluster } from '../cluster/cluster-spec.js';
import { scenarios } from '../index.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import type { ProduceAndConsumeSettings } from '../workloads/produce-and-consume/settings.js';
import { ScenarioError } from './check-spec.js';
import { type ScenarioSpec, scenario } from './scenario.js';

const right: ScenarioSpec = {
  promise: 'nothing is lost',
  cluster: cluster({ brokers: 3, topics: { orders: { partitions: 1 } } }),
  workload: produceAndConsume({ recordsPerSecond: 20 }),
  faults: [crash('leader of orders-0')],
  budget: UNLIMITED_BUDGET,
};

/** A value that a program without types, or one with casts, may pass. */
type Wrong = Readonly<Record<string, unknown>>;

function refusalOf(wrong: Wrong): string {
  try {
    scenario('mine', { ...right, ...wrong } as ScenarioSpec);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'accepted';
}

const ofCluster = (spec: Wrong): Wrong => ({ cluster: { ...right.cluster, ...spec } as ClusterSpec });
const ofTopic = (spec: Wrong): Wrong => ofCluster({ topics: { orders: { partitions: 1, ...spec } } });
const ofDrawn = (group: string, choices: Wrong): Wrong => ({ drawnSettings: { [group]: choices } });
const ofWorkload = (spec: Wrong): Wrong => ({
  workload: produceAndConsume(spec as Partial<ProduceAndConsumeSettings>),
});

describe('a scenario with an impossible setting is refused, with the path of the setting', () => {
  it.each<[string, Wrong]>([
    ['fualts: there is no such field; did you mean "faults"?', { fualts: [] }],
    ['promise: must be a sentence', { promise: ' ' }],
    ['cluster: is missing', { cluster: undefined }],
    ['faults[0]: must be made by one of `faults`', { faults: [undefined] }],
    [
      'requiredFaults[0]: "crahs" is not a kind of fault; did you mean "crash"?',
      { requiredFaults: ['crahs'] },
    ],
    ['durationSeconds: must be a number above 0', { durationSeconds: -1 }],
    [
      'drawnSettings.broker: there is no such field; did you mean "brokers"?',
      { drawnSettings: { broker: {} } },
    ],
    [
      "drawnSettings.topics['segment.bytes']: must be a list of values",
      ofDrawn('topics', { 'segment.bytes': '1' }),
    ],
    [
      "drawnSettings.brokers['fetch.max.byte'], 1024: cluster.config: Unknown configuration 'fetch.max.byte'",
      ofDrawn('brokers', { 'fetch.max.byte': ['1024'] }),
    ],
    [
      "drawnSettings.topics['segment.bytes'], -1: cluster.topics.orders.config: Invalid value -1",
      ofDrawn('topics', { 'segment.bytes': ['4096', '-1'] }),
    ],
    ["drawnSettings.producers['acks'], 2: workload.producerConfig: ", ofDrawn('producers', { acks: ['2'] })],
    [
      "drawnSettings.consumers['max.poll.records'], none: workload.consumerConfig: ",
      ofDrawn('consumers', { 'max.poll.records': ['none'] }),
    ],
    [
      'cluster.config: default.replication.factor=4 is larger than the number of brokers, 3',
      ofCluster({ config: { 'default.replication.factor': '4' } }),
    ],
    ['cluster.pace: must be one of brisk, kafka, not slow', ofCluster({ pace: 'slow' })],
    ['workload.pace: must be one of brisk, kafka, not slow', ofWorkload({ pace: 'slow' })],
    ['cluster.broker: there is no such field; did you mean "brokers"?', ofCluster({ broker: 3 })],
    ['cluster.brokers: must be a whole number, 1 to 1000, not 0', ofCluster({ brokers: 0 })],
    [
      "cluster.config: Unknown configuration 'broker.session.timeout' (did you mean 'broker.session.timeout.ms'?)",
      ofCluster({ config: { 'broker.session.timeout': '1' } }),
    ],
    [
      "Unknown configuration 'retrys' (did you mean 'retries'?), 'linger' (did you mean 'linger.ms'?)",
      ofWorkload({ producerConfig: { retrys: '1', linger: '2' } }),
    ],
    [
      'Invalid value 9999999999 for configuration retries: Not a number of type INT',
      ofWorkload({ producerConfig: { retries: '9999999999' } }),
    ],
    ['cluster.rules.mayLeed: there is no such field; did you mean', ofCluster({ rules: { mayLeed: true } })],
    ['cluster.rules.mayAppend: must be a function', ofCluster({ rules: { mayAppend: 'NONE' } })],
    [
      'cluster.clientRules.mayPipelin: there is no such field; did you mean',
      ofCluster({ clientRules: { mayPipelin: () => true } }),
    ],
    ['cluster.topics: must have at least one topic', ofCluster({ topics: {} })],
    ['"a b" is not a topic name', ofCluster({ topics: { 'a b': { partitions: 1 } } })],
    [
      'cluster.topics.orders.partitions: must be a whole number, 1 or more, not 0',
      ofTopic({ partitions: 0 }),
    ],
    [
      'cluster.topics.orders.replicationFactor: 4 is larger than the number of brokers, 3',
      ofTopic({ replicationFactor: 4 }),
    ],
    [
      "cluster.topics.orders.config: Unknown configuration 'min.insync.replica'",
      ofTopic({ config: { 'min.insync.replica': '2' } }),
    ],
    ['workload.producers: must be a whole number, 1 to 1000, not 0', ofWorkload({ producers: 0 })],
    ['workload.recordsPerSecond: must be a number above 0', ofWorkload({ recordsPerSecond: -20 })],
    [
      'workload.producerConfig: Invalid value most for configuration acks',
      ofWorkload({ producerConfig: { acks: 'most' } }),
    ],
    [
      'workload.producerConfig: Must set acks to all',
      ofWorkload({ producerConfig: { acks: '1', 'enable.idempotence': 'true' } }),
    ],
    ["workload.producerConfig['retries']: must be text", ofWorkload({ producerConfig: { retries: 3 } })],
    [
      "workload.consumerConfig: Unknown configuration 'auto.offset.rest'",
      ofWorkload({ consumerConfig: { 'auto.offset.rest': 'latest' } }),
    ],
  ])('%s', (words, wrong) => {
    expect(refusalOf(wrong)).toContain(`mine: `);
    expect(refusalOf(wrong)).toContain(words);
  });

  it('accepts fractions of a second, and every built-in scenario', () => {
    expect(scenario('short', { ...right, durationSeconds: 1.1 }).durationMicros).toBe(1_100_000);
    for (const { name, spec } of scenarios) expect(scenario(name, spec).name).toBe(name);
  });

  it('does not draw faults on hosts that do not exist', () => {
    const faults = [crash('leader of oders-0'), crash('leader of oders-0')];
    const wrong = scenario('mine', { ...right, faults });
    const run = (): void => {
      for (let seed = 0; seed < 8; seed++) executeRun(wrong, { seed: `${seed}` });
    };
    expect(run).toThrow(PlanError);
    expect(run).toThrow('no partition "oders-0"; partitions are orders-0');
  });

  it('does not run a plan of an unknown shape', () => {
    const plan = { version: 1, faults: [{ kind: 'crahs', atMicros: 1, target: 'b1', durationMicros: 1 }] };
    expect(() => executeRun(scenario('mine', right), { seed: '1', plan: plan as never })).toThrow(
      'faults[0].kind: unknown fault kind "crahs"; did you mean "crash"?',
    );
  });
});

describe('a scenario of one incident', () => {
  const plan = {
    version: 1 as const,
    faults: [{ kind: 'crash' as const, atMicros: 2_000_000, target: 'b1', durationMicros: 1_000_000 }],
  };

  it('runs every seed under its plan', () => {
    const { faults: _, ...rest } = right;
    const incident = scenario('incident', { ...rest, plan });
    expect(drawPlan(incident.plan, '1')).toEqual(plan);
    expect(drawPlan(incident.plan, 'another')).toEqual(plan);
  });

  it.each<[string, Wrong]>([
    ['plan: is what every seed runs under: leave `faults` out', { plan, faults: [crash('b1')] }],
    [
      'plan.faults[0].kind: unknown fault kind',
      { plan: { version: 1, faults: [{ kind: 'crahs' }] }, faults: [] },
    ],
  ])('is refused: %s', (words, wrong) => {
    expect(refusalOf(wrong)).toContain(words);
  });
});

it('accepts an operator action as a required fault, and suggests the nearest name for an unknown one', () => {
  expect(refusalOf({ requiredFaults: ['action', 'action:preferred-election'] })).toBe('accepted');
  expect(refusalOf({ requiredFaults: ['action:preferred-elections'] })).toContain(
    'did you mean "action:preferred-election"?',
  );
});
