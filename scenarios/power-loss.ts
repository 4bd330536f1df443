/**
 * Power failures: what was not synced may be gone or torn, new files with it. Kafka acknowledges before it syncs, so
 * with default flush settings durability is replication: a loss is permitted where the last replica standing lost its
 * own tail, and nowhere else. With flush.messages=1 a record is on disk before it is acknowledged, and nothing may be lost.
 * The third promise shows the price of min.insync.replicas=1 without flush.
 */

import type { Properties } from '../broker/protocol/config.js';
import { anyOf, crash, isolate, type MicrosRange, powerLoss } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { CHECKPOINTS, produceAndConsume, threeBrokers } from './support/cluster-spec.js';
import { followerOf, leaderOf, type ScenarioSpec, scenario } from './support/scenario.js';

/** Longer than replica.lag.time.max.ms: who is cut off so long leaves the ISR. */
const LONG: MicrosRange = { min: 2_000_000, max: 8_000_000 };

function underPowerLoss(config: Properties): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({
      topics: { orders: { partitions: 1, config: { 'segment.bytes': '8192', ...config } } },
      config: CHECKPOINTS,
    }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 1,
      recordsPerSecond: 25,
      quietEnd: true,
      valueSizeBytes: 400,
      producerConfig: { acks: 'all' },
    }),
    faults: [
      powerLoss(leaderOf('orders', 0)),
      powerLoss(anyOf('broker')),
      powerLoss('controller'),
      crash(anyOf('broker')),
      isolate(leaderOf('orders', 0), 'brokers', LONG),
      isolate(followerOf('orders', 0), 'brokers', LONG),
    ],
    faultsMax: 16,
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['power-loss'],
  };
}

export const powerLossUnflushed = scenario('power-loss', {
  promise:
    'acks=all, min.insync.replicas=2, no flush: power failures lose only what the last replica standing had not synced',
  ...underPowerLoss({ 'min.insync.replicas': '2' }),
});

export const powerLossFlushed = scenario('power-loss-flushed', {
  promise: 'acks=all, flush.messages=1: power failures of any number of brokers lose nothing acknowledged',
  ...underPowerLoss({ 'min.insync.replicas': '1', 'flush.messages': '1' }),
});

export const powerLossLoses = scenario('power-loss-loses', {
  promise: 'acks=all, min.insync.replicas=1, no flush: power failures lose acknowledged records',
  ...underPowerLoss({ 'min.insync.replicas': '1' }),
  strict: true,
  breaks: { anomalies: ['lost-write', 'unseen', 'inconsistent-offsets'], withinSeeds: 50 },
});
