/**
 * The standard scenario, with the setup that most Kafka users have in mind: acks=all, min.insync.replicas=2,
 * idempotent producers, and brokers that crash one at a time, at any instant, leaders first. Method: 300 records/s
 * through three partitions; crashes and restarts drawn over thirty virtual seconds; delays, so that elections meet
 * requests in flight.
 */
import { anyOf, cleanRestart, crash, delay, pause } from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

export const leaderCrash = scenario('leader-crash', {
  promise:
    'acks=all, min.insync.replicas=2: brokers crash one at a time; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 3, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({ recordsPerSecond: 100, producerConfig: { acks: 'all' } }),
  faults: [
    crash(leaderOf('orders', 0)),
    crash(anyOf('broker')),
    cleanRestart(anyOf('broker')),
    pause(anyOf('broker')),
    delay(anyOf('broker'), anyOf('broker')),
  ],
  budget: oneHostAtATime({ recoveryMicros: 2_000_000 }),
  durationSeconds: 30,
  requiredFaults: ['crash', 'clean-restart', 'pause', 'delay'],
});
