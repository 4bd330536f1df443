/**
 * Old records are deleted: by age, by the size of the log, and because an operator asks for it (KIP-107). Brokers crash,
 * lose power and fall behind in the meantime, so that a follower finds its leader's log beginning above its own end, a
 * restart finds a log that begins within a segment, and a power loss undoes a part of a deletion. Readers that were away
 * find their position deleted and go on at the beginning.
 *
 * Method: small segments and checks every 0.7 s, so that each log deletes its segments many times within a run. Every
 * deletion is compared with the settings, with what was asked for and with the committed log.
 */
import * as fc from 'fast-check';
import {
  action,
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
/** Longer than records are kept. */
const LONG: MicrosRange = { min: 3_000_000, max: 10_000_000 };

const SAFE = { 'min.insync.replicas': '2', 'flush.messages': '1', 'segment.bytes': '6144' };

export const retention = scenario('retention', {
  promise:
    'old records are deleted by age, by size and on request while brokers crash, lose power and lag: no other record is gone, no deleted record comes back, and what is kept is read once and in order',
  cluster: threeBrokers({
    config: {
      ...CHECKPOINTS,
      'log.initial.task.delay.ms': '500',
      'log.retention.check.interval.ms': '700',
      'log.flush.start.offset.checkpoint.interval.ms': '900',
      'log.segment.delete.delay.ms': '500',
    },
    topics: {
      ages: { partitions: 1, config: { ...SAFE, 'retention.ms': '3000' } },
      asks: { partitions: 1, config: { ...SAFE, 'retention.ms': '-1' } },
      grows: { partitions: 1, config: { ...SAFE, 'retention.bytes': '16384' } },
    },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 40,
    producerConfig: { acks: 'all', 'batch.size': '2048' },
    consumerConfig: { 'auto.offset.reset': 'earliest' },
  }),
  faults: [
    action('delete-records', ['asks-0', 'ages-0'], fc.constantFrom({ keep: 1 }, { keep: 7 }, { keep: 40 })),
    crash(anyOf('broker'), BRIEF),
    crash(leaderOf('asks', 0), BRIEF),
    powerLoss(anyOf('broker'), BRIEF),
    powerLoss(leaderOf('ages', 0), LONG),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(followerOf('grows', 0), 'brokers', LONG),
    isolate(followerOf('asks', 0), 'brokers', LONG),
    pause(anyOf('broker'), BRIEF),
    pause(anyOf('consumer'), LONG),
    diskSlow(anyOf('broker'), BRIEF),
  ],
  faultsMax: 18,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['action:delete-records', 'crash', 'power-loss', 'clean-restart', 'isolate', 'pause'],
  requiredMarks: [
    'segment deleted: time',
    'segment deleted: size',
    'segment deleted: log-start',
    'log start moved: records deletion',
    'log start moved: leader',
    'follower out of range',
  ],
});
