/**
 * Producers that give up a record after a second or two, while its request or response is still under way. A batch
 * that was given up may be in the log or may reach it later. Later records must not take its sequence numbers, and it
 * must not be stored twice under a new producer epoch (KIP-360). Every record in the log is there once and in order,
 * whatever became of the others. min.insync.replicas=1, so that a leader nearly always answers; crashes lose nothing.
 */
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  cut,
  delay,
  halfOpen,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
  reset,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 100_000, max: 4_000_000 };

export const impatientProducers = scenario('impatient-producers', {
  promise:
    'enable.idempotence=true, delivery.timeout.ms=1500: records are given up while they are on their way; nothing acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    topics: {
      orders: {
        partitions: 1,
        // After a pause batches are refused between others in flight: for good beyond segment.bytes, and to be split beyond
        // max.message.bytes.
        config: { 'min.insync.replicas': '1', 'segment.bytes': '1024', 'max.message.bytes': '2000' },
      },
    },
    config: { 'producer.id.expiration.ms': '20000' },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 1,
    recordsPerSecond: 40,
    firstSequence: 2 ** 31 - 200,
    producerConfig: { acks: 'all', 'request.timeout.ms': '400', 'delivery.timeout.ms': '1500' },
  }),
  faults: [
    holdKind(anyOf('broker'), 'Produce response', BRIEF),
    holdKind(anyOf('producer'), 'Produce', BRIEF),
    cut(anyOf('broker'), anyOf('producer'), BRIEF),
    reset(anyOf('producer'), anyOf('broker')),
    halfOpen(anyOf('producer'), anyOf('broker')),
    delay(anyOf('broker'), anyOf('producer')),
    // Requests sent after the delay overtake those sent before.
    delay(anyOf('producer'), anyOf('broker'), {
      lasts: { min: 50_000, max: 2_000_000 },
      extra: { min: 250_000, max: 4_000_000 },
    }),
    crash(anyOf('producer'), BRIEF),
    pause(leaderOf('orders', 0), BRIEF),
    crash(leaderOf('orders', 0), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    isolate(leaderOf('orders', 0), ['brokers', 'servers'], BRIEF),
    action('preferred-election', 'orders-0'),
  ],
  faultsMax: 20,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['hold-kind', 'reset', 'cut', 'crash'],
});
