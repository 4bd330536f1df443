/**
 * The guarantees of acks=0 and acks=1. acks=1 loses records only when the leader changes before the next leader has
 * fetched them. acks=0 guarantees no delivery, but it must not duplicate or reorder records, and must not damage the
 * log. A user who expects more is wrong, and the strict scenarios must show it.
 */

import type { Properties } from '../broker/config/definitions.js';
import { anyOf, cleanRestart, crash, delay, isolate, pause } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

function acknowledging(producerConfig: Properties): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({ topics: { orders: { partitions: 1 } } }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 1,
      recordsPerSecond: 50,
      producerConfig: { 'enable.idempotence': 'false', retries: '0', ...producerConfig },
    }),
    faults: [
      crash(leaderOf('orders', 0)),
      crash(anyOf('broker')),
      cleanRestart(anyOf('broker')),
      pause(leaderOf('orders', 0)),
      isolate(leaderOf('orders', 0), 'brokers'),
      delay(anyOf('broker'), anyOf('broker')),
    ],
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['crash'],
  };
}

const LOSSES = ['lost-write', 'unseen', 'inconsistent-offsets', 'nonmonotonic-send', 'reordered-send'];

export const acks0 = scenario('acks-0', {
  promise:
    'acks=0: records may be lost; a record that arrives is stored once and in order, and the replicas agree',
  ...acknowledging({ acks: '0' }),
});

export const acks1 = scenario('acks-1', {
  promise: 'acks=1: records are lost only where a change of leader explains it',
  ...acknowledging({ acks: '1' }),
});

export const acks1LeaderCrash = scenario('acks-1-leader-crash', {
  promise: 'acks=1: leaders crash and acknowledged records are lost',
  ...acknowledging({ acks: '1' }),
  strict: true,
  breaks: { anomalies: LOSSES, withinSeeds: 100 },
});

export const acks0Loses = scenario('acks-0-loses', {
  promise: 'acks=0: leaders crash and records reported as sent are lost',
  ...acknowledging({ acks: '0' }),
  strict: true,
  breaks: { anomalies: LOSSES, withinSeeds: 50 },
});
