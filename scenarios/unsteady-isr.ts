/**
 * Followers that leave the ISR and rejoin it all the time. replica.lag.time.max.ms is about as long as a pause or a
 * slow link lasts, so that a run sees dozens of proposals. Many of them cross a decision or an answer of the
 * controller. A leader counts every replica that may be a member until it is known not to be one (KIP-497). It counts
 * no replica that has left, or that belongs to another incarnation (KIP-841, KIP-903).
 */
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  cut,
  delay,
  hold,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

/** From just below replica.lag.time.max.ms to several times that. */
const LAPSE: MicrosRange = { min: 250_000, max: 1_500_000 };
/** Long enough for a request to be sent again. */
const LONG: MicrosRange = { min: 900_000, max: 4_000_000 };

export const unsteadyIsr = scenario('unsteady-isr', {
  promise:
    'acks=all, min.insync.replicas=2: followers fall out of the ISR and come back all the time while answers about it are late; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    topics: { orders: { partitions: 4, config: { 'min.insync.replicas': '2' } } },
    config: { 'replica.lag.time.max.ms': '300', 'replica.fetch.wait.max.ms': '100' },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 1,
    recordsPerSecond: 20,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
    consumerConfig: { 'isolation.level': 'read_committed' },
  }),
  faults: [
    pause(anyOf('broker'), LAPSE),
    isolate(followerOf('orders', 0), 'brokers', LAPSE),
    cut(anyOf('broker'), anyOf('broker'), LAPSE),
    hold(anyOf('broker'), anyOf('broker'), LAPSE),
    delay(anyOf('broker'), anyOf('broker'), { lasts: LAPSE, extra: { min: 100_000, max: 800_000 } }),
    hold('controller', anyOf('broker'), LONG),
    holdKind('controller', 'AlterPartition response', LONG),
    holdKind('controller', 'Fetch of __cluster_metadata response', LONG),
    holdKind(leaderOf('orders', 0), 'AlterPartition', LONG),
    holdKind(anyOf('broker'), ['AlterPartition', 'Fetch of __cluster_metadata', 'BrokerHeartbeat'], LONG),
    cut(anyOf('broker'), 'controller', LONG),
    cleanRestart(anyOf('broker'), LAPSE),
    // Replicas that were proposed a moment ago.
    cleanRestart(followerOf('orders', 0), LAPSE),
    crash(followerOf('orders', 0), LONG),
    crash(leaderOf('orders', 0), LAPSE),
    crash(anyOf('broker'), LONG),
    action('preferred-election', ['orders-0', 'orders-1', 'orders-2', 'orders-3']),
  ],
  faultsMax: 36,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['pause', 'isolate', 'hold', 'hold-kind', 'crash'],
});
