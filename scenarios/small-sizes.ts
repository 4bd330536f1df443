/**
 * Sizes far from every default: segments of a few batches, fetches smaller than the available data, polls that return
 * two records, producers that send each record alone, and consumers that begin at the latest offset or seek. Method:
 * each run draws its settings from the seed, with small values as likely as Kafka's defaults. Records carry keys, and
 * the order per key is checked. An isolated leader goes on appending, so that more than one segment must be truncated
 * when it returns.
 */
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  delay,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
  reset,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { SMALL_SIZES } from './experiment/drawn-settings.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const smallSizes = scenario('small-sizes', {
  promise:
    'acks=all, min.insync.replicas=2: with segments, fetches, batches and polls of any size, and consumers that seek, nothing acknowledged is lost, duplicated or reordered, and records of one key stay in one partition and in order',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    valueSizeBytes: 200,
    keys: 16,
    seeks: true,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
  }),
  drawnSettings: SMALL_SIZES,
  faults: [
    crash(leaderOf('orders', 0), BRIEF),
    crash(anyOf('broker'), BRIEF),
    crash(anyOf('consumer'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(leaderOf('orders', 0), ['brokers', 'servers'], BRIEF),
    isolate(followerOf('orders', 0), 'brokers', BRIEF),
    pause(anyOf('broker'), BRIEF),
    delay(anyOf('broker'), anyOf('broker')),
    reset(anyOf('host'), anyOf('broker')),
    holdKind(anyOf('broker'), ['Fetch', 'AlterPartition'], BRIEF),
    action('preferred-election', ['orders-0', 'orders-1']),
  ],
  faultsMax: 16,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'isolate', 'clean-restart'],
});
