/**
 * One broker, and two. With fewer replicas, fewer can repair a broker's mistakes on its own disk. With
 * flush.messages=1 every record is on disk before it is acknowledged, so nothing may be lost, however often power
 * fails or writes fail, write short or wait. Small segments: files, indexes and directory entries come and go all the
 * time. Slow disks: a start takes long and is stopped before it has finished. With two brokers and
 * min.insync.replicas=1 either may lead alone, and each return truncates a log.
 *
 * Failing syncs are not among the faults. Data that a failed sync left behind is readable until the power fails, and
 * no later sync makes it durable; no broker can detect that.
 */

import {
  action,
  anyOf,
  cleanRestart,
  crash,
  cut,
  diskError,
  diskFull,
  diskSlow,
  type FaultSource,
  isolate,
  type MicrosRange,
  pause,
  powerLoss,
  shortWrite,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { hddTiming } from '../harness/world/disk-timing.js';
import { CHECKPOINTS, cluster } from './cluster/cluster-spec.js';
import { leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 2_000_000 };
/** On a slow disk a start takes so long that the next fault occurs before the logs are loaded. */
const LONG: MicrosRange = { min: 1_000_000, max: 8_000_000 };

/** The faults of one broker and its disk. Power losses and restarts are also listed with a shorter outage. */
const ofOneBroker: readonly FaultSource[] = [
  powerLoss(anyOf('broker'), BRIEF),
  powerLoss(anyOf('broker'), { min: 50_000, max: 500_000 }),
  crash(anyOf('broker'), BRIEF),
  cleanRestart(anyOf('broker'), BRIEF),
  cleanRestart(anyOf('broker'), { min: 50_000, max: 500_000 }),
  diskError(anyOf('broker'), ['write'], BRIEF),
  diskError(anyOf('broker'), ['read', 'rename'], LONG),
  // Rare by itself: a log is truncated when its host comes back.
  diskError(anyOf('broker'), ['truncate'], LONG),
  crash(anyOf('consumer'), BRIEF),
  diskFull(anyOf('broker'), BRIEF),
  diskSlow(anyOf('broker'), LONG),
  shortWrite(anyOf('broker')),
];

const ofTwoBrokers: readonly FaultSource[] = [
  ...ofOneBroker,
  powerLoss(leaderOf('orders', 0), BRIEF),
  pause(anyOf('broker'), BRIEF),
  isolate(leaderOf('orders', 0), ['brokers', 'servers'], BRIEF),
  cut(anyOf('broker'), anyOf('server'), BRIEF),
  action('preferred-election', 'orders-0'),
];

function smallCluster(brokers: number, faults: readonly FaultSource[]): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: cluster({
      brokers,
      config: CHECKPOINTS,
      disk: hddTiming,
      topics: {
        orders: {
          partitions: 1,
          config: { 'min.insync.replicas': '1', 'flush.messages': '1', 'segment.bytes': '2048' },
        },
      },
    }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 1,
      recordsPerSecond: 20,
      producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
    }),
    faults,
    faultsMax: 24,
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['power-loss', 'crash', 'clean-restart', 'disk-error', 'short-write'],
  };
}

export const oneBroker = scenario('one-broker', {
  promise: 'one broker, flush.messages=1: its power and its disk fail, and nothing acknowledged is lost',
  ...smallCluster(1, ofOneBroker),
});

export const twoBrokers = scenario('two-brokers', {
  promise:
    'two brokers, min.insync.replicas=1, flush.messages=1: power and disks fail, either leads alone, and nothing acknowledged is lost',
  ...smallCluster(2, ofTwoBrokers),
});
