/**
 * enable.idempotence=false with one request in flight: the practice before KIP-98, still in use. Responses are lost
 * and requests retried, so records may be stored twice. A producer that waits for each response before it sends the
 * next request never sees its acknowledged records reordered, and loses none.
 */
import { anyOf, crash, cut, delay, holdKind, pause, reset } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

export const withoutIdempotence = scenario('without-idempotence', {
  promise:
    'enable.idempotence=false, max.in.flight.requests.per.connection=1: retries may duplicate, but nothing acknowledged is lost or reordered',
  cluster: threeBrokers({ topics: { orders: { partitions: 1, config: { 'min.insync.replicas': '2' } } } }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 1,
    recordsPerSecond: 25,
    producerConfig: {
      acks: 'all',
      'enable.idempotence': 'false',
      'max.in.flight.requests.per.connection': '1',
      'request.timeout.ms': '500',
    },
  }),
  faults: [
    holdKind(anyOf('broker'), 'Produce response'),
    cut(anyOf('producer'), anyOf('broker')),
    reset(anyOf('producer'), anyOf('broker')),
    delay(anyOf('producer'), anyOf('broker')),
    crash(leaderOf('orders', 0)),
    pause(leaderOf('orders', 0)),
  ],
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['crash', 'cut', 'reset', 'hold-kind'],
});
