/**
 * Every network failure except the loss of bytes in the middle of a stream: two-way and one-way cuts, an isolated
 * broker, bridge and ring (every broker sees another majority), delay, slow links, resets, half-open connections,
 * packets held and released, and single kinds of request held back on an open connection. acks=all with
 * min.insync.replicas=2 must survive any number of them together: a cut separates brokers but destroys no data.
 */
import {
  anyOf,
  bridge,
  cut,
  delay,
  halfOpen,
  hold,
  holdKind,
  isolate,
  reset,
  ring,
  slowLink,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const HELD_KINDS = [
  'AlterPartition',
  'Fetch',
  'Produce',
  'BrokerHeartbeat',
  'Fetch of __cluster_metadata',
  'Fetch response',
  'Produce response',
];

export const networkCuts = scenario('network-cuts', {
  promise:
    'acks=all, min.insync.replicas=2: links are cut, slow, reset and held in every shape; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all' },
    consumerConfig: { 'isolation.level': 'read_committed' },
  }),
  faults: [
    cut(anyOf('server'), anyOf('server')),
    cut(anyOf('client'), anyOf('broker')),
    isolate(leaderOf('orders', 0), ['brokers', 'servers', 'all']),
    isolate(anyOf('broker'), ['brokers', 'servers', 'all']),
    bridge(anyOf('broker')),
    ring(),
    delay(anyOf('host'), anyOf('host')),
    slowLink(anyOf('host'), anyOf('broker')),
    reset(anyOf('host'), anyOf('broker')),
    halfOpen(anyOf('host'), anyOf('broker')),
    hold(anyOf('server'), anyOf('server')),
    holdKind(anyOf('server'), HELD_KINDS),
  ],
  budget: UNLIMITED_BUDGET,
  requiredFaults: [
    'cut',
    'isolate',
    'bridge',
    'ring',
    'delay',
    'slow-link',
    'reset',
    'half-open',
    'hold',
    'hold-kind',
  ],
});
