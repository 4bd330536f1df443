/**
 * The controller crashes, loses power, pauses and is cut off while brokers come and go. The controller must never
 * take back a published decision: leader epochs, ISRs and blocks of producer ids are on its disk before a broker
 * learns of them. A late request with an old broker epoch has no effect. While the controller is away, reads and
 * writes continue as long as they do not need it.
 */
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  diskSlow,
  hold,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
  powerLoss,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const controllerTrouble = scenario('controller-trouble', {
  promise:
    'acks=all, min.insync.replicas=2: the controller crashes, loses power and is cut off while brokers and clients restart; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 3, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
    consumerConfig: { 'auto.offset.reset': 'latest', 'isolation.level': 'read_committed' },
  }),
  faults: [
    crash('controller', BRIEF),
    powerLoss('controller', BRIEF),
    pause('controller', BRIEF),
    isolate('controller', 'brokers', BRIEF),
    // Long enough for a request to be sent again, and too short for the leader to be replaced.
    hold('controller', leaderOf('orders', 0), { min: 900_000, max: 2_500_000 }),
    diskSlow('controller', BRIEF),
    holdKind(
      'controller',
      ['Fetch of __cluster_metadata response', 'AlterPartition response', 'BrokerHeartbeat response'],
      BRIEF,
    ),
    holdKind(
      anyOf('broker'),
      ['AlterPartition', 'BrokerHeartbeat', 'BrokerRegistration', 'Fetch of __cluster_metadata'],
      BRIEF,
    ),
    crash(leaderOf('orders', 0), BRIEF),
    crash(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    crash(anyOf('producer'), BRIEF),
    action('preferred-election', ['orders-0', 'orders-1', 'orders-2']),
  ],
  faultsMax: 18,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'power-loss', 'isolate', 'hold-kind', 'clean-restart'],
});
