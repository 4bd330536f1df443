/**
 * Producers that give a record up after a second or two, while its answer, or the request itself, is still under way. A
 * batch that was given up may be in the log or may come there later; what follows must not take its place, and must not be
 * stored twice under a new producer epoch (KIP-360). Every record that is in the log is there once and in order, whatever
 * became of the others. min.insync.replicas=1, so that somebody always answers, and crashes lose nothing.
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
        // Most bursts make a batch that is refused for good, between others that are under way.
        config: { 'min.insync.replicas': '1', 'segment.bytes': '4096', 'max.message.bytes': '300' },
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
    // What is sent when the delay is over overtakes what was sent before.
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
