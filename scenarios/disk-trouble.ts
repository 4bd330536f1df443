/**
 * Disks that hang, are slow, fill up, fail and write short. A broker whose only log directory fails shuts down, as
 * Kafka's does, and another broker leads. A hung disk is a grey failure: heartbeats continue, produce requests time
 * out, and no other broker takes over until the disk answers. No such fault loses a record that min.insync.replicas=2
 * brokers had acknowledged.
 */
import {
  anyOf,
  crash,
  diskError,
  diskFull,
  diskHang,
  diskSlow,
  type MicrosRange,
  shortWrite,
} from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 1_000_000 };

export const diskTrouble = scenario('disk-trouble', {
  promise:
    'acks=all, min.insync.replicas=2: one disk at a time hangs, crawls, fills up or fails; nothing acknowledged is lost, duplicated or reordered',
  // Small segments: each full segment is synced, so that syncs of logs fail too.
  cluster: threeBrokers({
    topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2', 'segment.bytes': '4096' } } },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all' },
  }),
  faults: [
    diskHang(leaderOf('orders', 0)),
    diskHang(anyOf('broker')),
    diskSlow(anyOf('broker')),
    diskFull(anyOf('broker')),
    diskError(anyOf('broker'), ['write', 'read']),
    diskError(anyOf('broker'), ['sync']),
    // Rare operations, on which the files beside the records depend. They have a source of their own, so that more
    // frequent operations do not always fail first.
    diskError(anyOf('broker'), ['truncate', 'rename']),
    // A consumer that reads from the beginning reads from the disk.
    crash(anyOf('consumer'), BRIEF),
    shortWrite(anyOf('broker')),
  ],
  budget: oneHostAtATime({ recoveryMicros: 3_000_000 }),
  requiredFaults: ['disk-hang', 'disk-slow', 'disk-full', 'disk-error', 'short-write'],
});
