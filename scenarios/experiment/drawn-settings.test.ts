import { describe, expect, it } from 'vitest';
import { resolveProducerSettings } from '../../broker/clients/producer/producer-settings.js';
import {
  resolveConsumerConfig,
  resolveServerConfig,
  resolveTopicConfig,
} from '../../broker/config/definitions.js';
import { UNLIMITED_BUDGET } from '../../harness/faults/budget.js';
import { executeRun, forbiddenAnomalies, fullLimits } from '../../harness/runner/execute-run.js';
import { threeBrokers } from '../cluster/cluster-spec.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import type { ProduceAndConsumeSettings } from '../workloads/produce-and-consume/settings.js';
import { SMALL_SIZES, withDrawn } from './drawn-settings.js';
import { type ScenarioSpec, scenario } from './scenario.js';

const quiet = (workload: Partial<ProduceAndConsumeSettings>, more: Partial<ScenarioSpec> = {}) =>
  scenario('quiet', {
    promise: 'nothing is lost',
    cluster: threeBrokers({ topics: { orders: { partitions: 2 } } }),
    workload: produceAndConsume({ producers: 2, consumers: 2, recordsPerSecond: 25, ...workload }),
    faults: [],
    budget: UNLIMITED_BUDGET,
    durationSeconds: 3,
    livenessSeconds: 20,
    ...more,
  });

describe('settings drawn from the seed', () => {
  const { spec } = quiet({});
  const drawnFor = (seed: string) =>
    withDrawn({ cluster: spec.cluster, workload: spec.workload, strict: false }, SMALL_SIZES, seed);

  it('are the same for the same seed, and every value is drawn by some seed, and the default too', () => {
    expect(drawnFor('7')).toEqual(drawnFor('7'));
    const seen = Array.from(
      { length: 200 },
      (_, seed) => drawnFor(`${seed}`).workload.producerConfig['batch.size'],
    );
    expect(new Set(seen)).toEqual(new Set([undefined, '0', '1', '300', '2000']));
    expect(seen.filter((value) => value === undefined).length).toBeGreaterThan(60);
  });

  it('are settings that Kafka has', () => {
    const resolvers = {
      brokers: resolveServerConfig,
      topics: resolveTopicConfig,
      producers: resolveProducerSettings,
      consumers: resolveConsumerConfig,
    };
    for (const place of ['brokers', 'topics', 'producers', 'consumers'] as const)
      for (const [key, values] of Object.entries(SMALL_SIZES[place]))
        for (const value of values) expect(() => resolvers[place]({ [key]: value })).not.toThrow();
  });

  it('are in the configuration of the run, and a minimised run has them too', () => {
    const drawing = quiet({}, { drawnSettings: SMALL_SIZES });
    const whole = executeRun(drawing, { seed: '5' });
    const limits = { ...fullLimits(drawing), durationMicros: 1_000_000, without: ['p2'] };
    const { configuration } = executeRun(drawing, { seed: '5', limits });
    expect(configuration).toEqual(whole.configuration);
    expect(JSON.stringify(configuration)).toContain('"segment.bytes":"4096"');
  });
});

describe('workloads', () => {
  it('with keys send all records of a key to its partition, in order', () => {
    const { anomalies, records } = executeRun(quiet({ keys: 8 }), { seed: '1' });
    expect(forbiddenAnomalies(anomalies)).toEqual([]);
    expect(records).toBeGreaterThan(100);
  });

  it('with a partitioner that ignores keys are refused, because the order per key is not promised', () => {
    const producerConfig = { 'partitioner.ignore.keys': 'true' };
    const [anomaly] = executeRun(quiet({ keys: 8, producerConfig }), { seed: '1' }).anomalies;
    expect(anomaly?.witnesses[0]?.message).toMatch(/a record of key-\d went to partition/);
  });

  it('with consumers that seek and begin at the latest offset read on from there', () => {
    const consumerConfig = { 'auto.offset.reset': 'latest', 'max.poll.records': '2' };
    const run = executeRun(quiet({ seeks: true, consumerConfig }), { seed: '2', trace: true });
    expect(forbiddenAnomalies(run.anomalies)).toEqual([]);
    const seeks =
      run.evidence?.operations.filter(({ f, type }) => f === 'assign' && type === 'ok').length ?? 0;
    expect(seeks).toBeGreaterThan(6);
  });

  it('are not kept waiting by a fetch.min.bytes above fetch.max.bytes (KafkaApis)', () => {
    const consumerConfig = { 'fetch.min.bytes': '1000', 'fetch.max.bytes': '1' };
    const run = executeRun(quiet({ consumerConfig }), { seed: '3' });
    expect(run.waitingFor).toEqual([]);
  });
});
