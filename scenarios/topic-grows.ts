/**
 * Partitions are added to a topic while producers with keys use it and brokers crash. No record is lost. A key may move
 * to the partition that the new number gives it, so the order of a key's records is promised only among those sent
 * before the growth, and among those sent after it.
 */
import * as fc from 'fast-check';
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  isolate,
  type MicrosRange,
  pause,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const topicGrows = scenario('topic-grows', {
  promise:
    'partitions are added to a topic while brokers crash: nothing acknowledged is lost or duplicated, and the records of a key are in order among those sent before the growth and among those sent after it',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    keys: 12,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000', 'metadata.max.age.ms': '1000' },
    consumerConfig: { 'auto.offset.reset': 'earliest' },
  }),
  faults: [
    action('create-partitions', ['orders'], fc.constantFrom({ count: 3 }, { count: 4 }, { count: 7 })),
    crash(anyOf('broker'), BRIEF),
    crash(leaderOf('orders', 0), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    crash('controller', BRIEF),
    isolate('controller', 'brokers', BRIEF),
    pause(anyOf('broker'), BRIEF),
    crash(anyOf('producer'), BRIEF),
  ],
  faultsMax: 12,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['action:create-partitions', 'crash', 'clean-restart', 'pause'],
  requiredMarks: ['create-partitions'],
});
