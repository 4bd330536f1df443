/**
 * Readers that are behind the records that a broker keeps in memory: consumers that were paused, cut off or
 * restarted, and followers that were away. The broker serves them from the disk, through the index, over many
 * segments, while the disk is slow, hangs or fails to read. A reader must get every stored record, unchanged and in
 * order. Method: records of some kilobytes, so that two seconds of records fill a partition's memory.
 */
import {
  anyOf,
  cleanRestart,
  crash,
  cut,
  diskError,
  diskHang,
  diskSlow,
  isolate,
  type MicrosRange,
  pause,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 2_000_000 };
/** Longer than it takes to fill the memory. */
const LONG: MicrosRange = { min: 2_000_000, max: 8_000_000 };

export const coldReads = scenario('cold-reads', {
  promise:
    'acks=all, min.insync.replicas=2: readers fall behind what brokers have in memory, and disks are slow and fail to read; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    topics: {
      orders: {
        partitions: 2,
        config: { 'min.insync.replicas': '2', 'segment.bytes': '65536', 'index.interval.bytes': '4096' },
      },
    },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    readAll: true,
    recordsPerSecond: 20,
    valueSizeBytes: 4_000,
    producerConfig: { acks: 'all' },
    consumerConfig: { 'isolation.level': 'read_committed' },
  }),
  faults: [
    crash(anyOf('consumer'), BRIEF),
    pause(anyOf('consumer'), LONG),
    cut(anyOf('consumer'), anyOf('broker'), LONG),
    isolate(followerOf('orders', 0), 'brokers', LONG),
    diskError(anyOf('broker'), ['read']),
    diskError(leaderOf('orders', 0), ['read']),
    diskSlow(anyOf('broker')),
    diskHang(anyOf('broker'), BRIEF),
    crash(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
  ],
  faultsMax: 18,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'pause', 'disk-error', 'disk-slow'],
});
