/**
 * A machine comes back with an empty disk, one machine at a time. The other replicas have the records, so nothing
 * acknowledged is lost. An empty replica must not count as in sync before it has every record again (KIP-903).
 * Responses about the ISR are held back, so that a response about the old replica arrives after the empty one has
 * returned.
 *
 * Bit flips in stored data are not among the faults. Kafka's CRC does not cover the header of a batch. A batch found
 * to be corrupt is not served, and no replica fetches it again, so a reader waits for it for ever, in Kafka and here.
 */
import {
  anyOf,
  cleanRestart,
  crash,
  delay,
  holdKind,
  isolate,
  type MicrosRange,
  wipeDisk,
} from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };
/** Long enough for a broker to stop and return with another disk. */
const LONG: MicrosRange = { min: 2_000_000, max: 8_000_000 };

export const lostDisks = scenario('lost-disks', {
  promise:
    'acks=all, min.insync.replicas=2: one broker at a time loses its disk; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2', 'segment.bytes': '4096' } } },
    // One batch at a time, so that an empty replica stays incomplete for a while.
    config: { 'replica.fetch.max.bytes': '1' },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all' },
  }),
  faults: [
    wipeDisk(leaderOf('orders', 0), BRIEF),
    wipeDisk(followerOf('orders', 0), BRIEF),
    crash(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(followerOf('orders', 0), 'brokers', { min: 1_500_000, max: 4_000_000 }),
    holdKind(leaderOf('orders', 0), 'AlterPartition', LONG),
    holdKind(anyOf('broker'), ['AlterPartition', 'Fetch', 'Fetch response'], BRIEF),
    delay(anyOf('broker'), anyOf('server')),
  ],
  budget: oneHostAtATime({ recoveryMicros: 1_000_000 }),
  faultsMax: 18,
  requiredFaults: ['wipe-disk', 'crash'],
});
