/**
 * Power failures: unsynced data may be gone or torn, and new files with it. Kafka acknowledges before it syncs, so
 * with default flush settings replication provides durability. A loss is permitted only if the last replica standing
 * lost its own tail. With flush.messages=1 a record is on disk before it is acknowledged, and nothing may be lost.
 * The last scenario shows the price of min.insync.replicas=1 without flush.
 */

import type { Properties } from '../broker/config/definitions.js';
import { anyOf, crash, isolate, type MicrosRange, powerLoss } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { CHECKPOINTS, type TopicSpec, threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

/** Longer than replica.lag.time.max.ms: a replica cut off this long leaves the ISR. */
const LONG: MicrosRange = { min: 2_000_000, max: 8_000_000 };

/** Its logs roll often, and a roll flushes the log. */
const rolling = (config: Properties): TopicSpec => ({
  partitions: 1,
  config: { 'segment.bytes': '8192', ...config },
});

/**
 * Its logs never roll. Unless records are flushed one by one, the recovery points stay at 0, as they do for hours in
 * most clusters.
 */
const unrolled = (config: Properties): TopicSpec => ({ partitions: 1, config });

function underPowerLoss(topics: Readonly<Record<string, TopicSpec>>): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({ topics, config: CHECKPOINTS }),
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

const REPLICATED: Properties = { 'min.insync.replicas': '2' };
const FLUSHED: Properties = { 'min.insync.replicas': '1', 'flush.messages': '1' };

export const powerLossUnflushed = scenario('power-loss', {
  promise:
    'acks=all, min.insync.replicas=2, no flush: power failures lose only what the last replica standing had not synced',
  ...underPowerLoss({ orders: rolling(REPLICATED) }),
});

export const powerLossFlushed = scenario('power-loss-flushed', {
  promise: 'acks=all, flush.messages=1: power failures of any number of brokers lose nothing acknowledged',
  ...underPowerLoss({ orders: rolling(FLUSHED) }),
});

export const twoTopicsUnflushed = scenario('two-topics', {
  promise:
    'acks=all, min.insync.replicas=2, no flush, a topic whose logs roll and one whose logs never do: power failures lose only what the last replica standing had not synced',
  ...underPowerLoss({ orders: rolling(REPLICATED), payments: unrolled(REPLICATED) }),
});

export const twoTopicsFlushed = scenario('two-topics-flushed', {
  promise:
    'acks=all, flush.messages=1, a topic whose logs roll and one whose logs never do: power failures lose nothing acknowledged',
  ...underPowerLoss({ orders: rolling(FLUSHED), payments: unrolled(FLUSHED) }),
});

export const powerLossLoses = scenario('power-loss-loses', {
  promise: 'acks=all, min.insync.replicas=1, no flush: power failures lose acknowledged records',
  ...underPowerLoss({ orders: rolling({ 'min.insync.replicas': '1' }) }),
  strict: true,
  breaks: { anomalies: ['lost-write', 'unseen', 'inconsistent-offsets'], withinSeeds: 50 },
});
