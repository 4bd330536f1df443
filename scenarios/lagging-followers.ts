/**
 * Followers that catch up batch by batch. A small replica.fetch.max.bytes returns one batch at a time, like a
 * replication quota or a slow long-distance link. States that normally last one round trip take seconds here: a
 * follower behind the leader, a high watermark that lags, an election that only half of the replicas know. A leader
 * that counts on a replica too early is detected.
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

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };
/** Longer than replica.lag.time.max.ms: a replica cut off this long leaves the ISR. */
const LONG: MicrosRange = { min: 1_500_000, max: 6_000_000 };

export const laggingFollowers = scenario('lagging-followers', {
  promise:
    'acks=all, min.insync.replicas=2: followers catch up one batch at a time while leaders come and go; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    topics: { orders: { partitions: 1, config: { 'min.insync.replicas': '2' } } },
    config: { 'replica.fetch.max.bytes': '1' },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 1,
    recordsPerSecond: 40,
    quietEnd: true,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
  }),
  faults: [
    crash(leaderOf('orders', 0), BRIEF),
    crash(followerOf('orders', 0), BRIEF),
    cleanRestart(followerOf('orders', 0), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    crash(anyOf('producer'), BRIEF),
    isolate(followerOf('orders', 0), 'brokers', LONG),
    isolate(leaderOf('orders', 0), ['brokers', 'servers'], BRIEF),
    pause(anyOf('broker'), BRIEF),
    cut(anyOf('broker'), anyOf('broker'), BRIEF),
    delay(anyOf('broker'), anyOf('broker'), { extra: { min: 1_000, max: 64_000 } }),
    hold(anyOf('broker'), anyOf('broker'), BRIEF),
    holdKind(leaderOf('orders', 0), 'AlterPartition', LONG),
    holdKind(
      anyOf('broker'),
      ['Fetch', 'Fetch response', 'AlterPartition', 'Fetch of __cluster_metadata'],
      BRIEF,
    ),
    holdKind('controller', ['Fetch of __cluster_metadata response', 'AlterPartition response'], BRIEF),
    action('preferred-election', 'orders-0'),
  ],
  faultsMax: 24,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'isolate', 'clean-restart', 'delay'],
});
