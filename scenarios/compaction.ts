/**
 * Compacted topics while brokers crash, lose power and fall behind: the log cleaner copies segments, and a crash may hit any
 * step of the swap. Every record has one of a few keys, so that nearly all records are replaced soon. The last record of
 * each key must be read in the end, whichever replica leads; a record that no later one replaces must not be gone. `states`
 * is compacted and deleted.
 *
 * Not covered: tombstones, which the workload does not send.
 */
import {
  anyOf,
  cleanRestart,
  crash,
  diskSlow,
  isolate,
  type MicrosRange,
  pause,
  powerLoss,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { CHECKPOINTS, threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 3_000_000 };
const LONG: MicrosRange = { min: 3_000_000, max: 8_000_000 };

const COMPACTED = {
  'min.insync.replicas': '2',
  'flush.messages': '1',
  'segment.bytes': '4096',
  'cleanup.policy': 'compact',
  'min.cleanable.dirty.ratio': '0.3',
};

export const compaction = scenario('compaction', {
  promise:
    'compacted topics while brokers crash, lose power and lag: the last record of each key stays, nothing but replaced records is gone, and what is left is read once and in order',
  cluster: threeBrokers({
    config: {
      ...CHECKPOINTS,
      'log.cleaner.backoff.ms': '400',
      'log.initial.task.delay.ms': '500',
      'log.retention.check.interval.ms': '900',
      'log.segment.delete.delay.ms': '500',
    },
    topics: {
      orders: { partitions: 2, config: COMPACTED },
      states: {
        partitions: 1,
        config: { ...COMPACTED, 'cleanup.policy': 'compact,delete', 'retention.ms': '5000' },
      },
    },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 40,
    keys: 12,
    keylessProofs: false,
    producerConfig: { acks: 'all', 'batch.size': '1500' },
  }),
  faults: [
    crash(anyOf('broker'), BRIEF),
    crash(leaderOf('orders', 0), BRIEF),
    powerLoss(anyOf('broker'), BRIEF),
    powerLoss(leaderOf('orders', 1), LONG),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(followerOf('orders', 0), 'brokers', LONG),
    pause(anyOf('broker'), BRIEF),
    pause(anyOf('consumer'), LONG),
    diskSlow(anyOf('broker'), BRIEF),
  ],
  faultsMax: 16,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'power-loss', 'clean-restart', 'isolate', 'pause'],
  requiredMarks: ['log compacted', 'segment deleted: time'],
});
