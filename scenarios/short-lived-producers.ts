/**
 * Producers that live for less than a second, like those of jobs and functions, while leaders hang and others take
 * over. No leader remembers anything before a producer's first batches (KIP-360), so no leader can detect that one is
 * missing. The batches must still end up in the order in which they were sent, and once, whichever leader answers
 * first.
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
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 2_000_000 };
/** About as long as a broker session: often another broker leads when it is over. */
const LONG: MicrosRange = { min: 1_000_000, max: 4_000_000 };

export const shortLivedProducers = scenario('short-lived-producers', {
  promise:
    'enable.idempotence=true: producers come and go while leaders move; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 4, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 1,
    recordsPerSecond: 60,
    sessionMillis: 800,
    // A request to a leader that hangs is still in flight when the metadata names the next leader.
    producerConfig: {
      acks: 'all',
      'linger.ms': '0',
      'request.timeout.ms': '4000',
      'metadata.max.age.ms': '200',
    },
  }),
  faults: [
    action('preferred-election', ['orders-0', 'orders-1', 'orders-2', 'orders-3']),
    cleanRestart(anyOf('broker'), BRIEF),
    crash(leaderOf('orders', 0), BRIEF),
    pause(leaderOf('orders', 0), BRIEF),
    pause(anyOf('broker'), LONG),
    isolate(followerOf('orders', 0), 'brokers', LONG),
    isolate(leaderOf('orders', 0), ['brokers', 'servers'], BRIEF),
    isolate(anyOf('broker'), ['brokers', 'servers'], LONG),
    holdKind('controller', ['Fetch of __cluster_metadata response', 'AlterPartition response'], BRIEF),
    holdKind(anyOf('broker'), ['Fetch of __cluster_metadata', 'Fetch', 'Produce response'], BRIEF),
    delay(anyOf('producer'), anyOf('broker'), { extra: { min: 4_000, max: 250_000 } }),
    reset(anyOf('producer'), anyOf('broker')),
  ],
  faultsMax: 24,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'delay', 'hold-kind'],
});
