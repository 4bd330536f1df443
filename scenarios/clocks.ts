/**
 * Clocks jump and drift on brokers, controller and clients. Kafka uses time for sessions, lag, timeouts and record
 * timestamps, but never for safety. A wrong clock may cause an unnecessary or a late election, and never the loss of
 * a record. A jump that makes a replica seem to lag removes it from the ISR and does no more.
 */
import {
  anyOf,
  clockDrift,
  clockStep,
  crash,
  cut,
  holdKind,
  pause,
  reset,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

export const clocks = scenario('clocks', {
  promise:
    'acks=all, min.insync.replicas=2: clocks jump by up to an hour and drift by up to 5 %; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
    consumerConfig: { 'auto.offset.reset': 'latest' },
  }),
  faults: [
    clockStep(anyOf('server')),
    clockStep(anyOf('client')),
    clockDrift(anyOf('server')),
    clockDrift(anyOf('client')),
    crash(leaderOf('orders', 0)),
    pause(anyOf('broker')),
    cut(anyOf('client'), anyOf('broker')),
    reset(anyOf('client'), anyOf('broker')),
    holdKind(anyOf('broker'), 'Produce response', { min: 100_000, max: 3_000_000 }),
  ],
  faultsMax: 18,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['clock-step', 'clock-drift', 'crash'],
});
