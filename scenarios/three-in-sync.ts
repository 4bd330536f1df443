/**
 * min.insync.replicas=3 of 3: an acknowledged record is on every replica. One missing broker stops all writes with
 * acks=all, and nothing else. A leader must refuse these writes before it appends, and must not advance the high
 * watermark while the ISR is too small (KIP-966). Producers try four times: a final refusal says nothing about the
 * earlier attempts (KAFKA-13574).
 */
import {
  anyOf,
  cleanRestart,
  crash,
  cut,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const threeInSync = scenario('three-in-sync', {
  promise:
    'acks=all, min.insync.replicas=3: an acknowledged record is on three brokers; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 4, config: { 'min.insync.replicas': '3' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    firstSequence: 2 ** 31 - 60,
    producerConfig: { acks: 'all', retries: '3', 'request.timeout.ms': '700', 'retry.backoff.ms': '400' },
  }),
  faults: [
    crash(leaderOf('orders', 0), BRIEF),
    crash(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(followerOf('orders', 0), 'brokers', BRIEF),
    cut(anyOf('broker'), anyOf('broker'), BRIEF),
    pause(anyOf('broker'), BRIEF),
    crash(anyOf('producer'), BRIEF),
    holdKind(anyOf('broker'), 'Produce response', BRIEF),
  ],
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'isolate', 'pause'],
});
