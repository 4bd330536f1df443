/**
 * Stored data goes bad on one broker at a time: a machine comes back with an empty disk, a bit flips in what it stored.
 * The other replicas have the records, so nothing acknowledged is lost: an empty replica may not be counted on before it
 * has everything again (KIP-903), a corrupt batch is served to nobody and recovery cuts the log before it. Answers about
 * the ISR are held back, so that one about a replica of before meets the one that came back empty.
 */
import {
  anyOf,
  bitRot,
  cleanRestart,
  crash,
  delay,
  holdKind,
  isolate,
  type MicrosRange,
  wipeDisk,
} from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { produceAndConsume, threeBrokers } from './support/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './support/scenario.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const lostDisks = scenario('lost-disks', {
  promise:
    'acks=all, min.insync.replicas=2: one broker at a time loses its disk or stores a wrong bit; nothing acknowledged is lost, duplicated or reordered',
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
    wipeDisk(leaderOf('orders', 0), BRIEF),
    wipeDisk(followerOf('orders', 0), BRIEF),
    bitRot(anyOf('broker')),
    crash(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(followerOf('orders', 0), 'brokers', BRIEF),
    holdKind(anyOf('broker'), ['AlterPartition', 'Fetch', 'Fetch response'], BRIEF),
    delay(anyOf('broker'), anyOf('server')),
  ],
  budget: oneHostAtATime({ recoveryMicros: 2_500_000 }),
  requiredFaults: ['wipe-disk', 'bit-rot', 'crash'],
});
