/**
 * A request arrives, its response does not, and the producer sends the request again. With enable.idempotence the
 * broker recognises the batch by its sequence number (KIP-98) and stores it once. Without it, retries store the batch
 * twice, possibly out of order. Kafka permits that, but a user may not expect it; the third scenario must show it.
 */

import type { Properties } from '../broker/config/definitions.js';
import { anyOf, cut, delay, halfOpen, holdKind, pause, reset } from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

function losingResponses(producerConfig: Properties): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({
      topics: { orders: { partitions: 1, config: { 'min.insync.replicas': '2' } } },
      // Longer than any copy of a batch is in flight here, but short enough that a broker that forgets producers too
      // early is detected.
      config: { 'producer.id.expiration.ms': '20000' },
    }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 1,
      recordsPerSecond: 40,
      firstSequence: 2 ** 31 - 150,
      producerConfig: { acks: 'all', 'request.timeout.ms': '500', ...producerConfig },
    }),
    faults: [
      holdKind(anyOf('broker'), 'Produce response'),
      holdKind(anyOf('producer'), 'Produce'),
      cut(anyOf('broker'), anyOf('producer')),
      reset(anyOf('producer'), anyOf('broker')),
      halfOpen(anyOf('producer'), anyOf('broker')),
      delay(anyOf('broker'), anyOf('producer')),
      pause(leaderOf('orders', 0), { min: 100_000, max: 3_000_000 }),
    ],
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['hold-kind', 'reset', 'cut'],
  };
}

export const lostResponsesIdempotent = scenario('lost-responses-idempotent', {
  promise:
    'enable.idempotence=true: responses are lost and requests retried; every record is stored once and in order',
  ...losingResponses({ 'enable.idempotence': 'true' }),
  requiredMarks: ['duplicate batch recognised'],
});

export const lostResponsesRetried = scenario('lost-responses-retried', {
  promise:
    'enable.idempotence=false with retries: duplicates and reordering, but nothing acknowledged is lost',
  ...losingResponses({ 'enable.idempotence': 'false' }),
});

export const retriesDuplicate = scenario('retries-duplicate', {
  promise: 'enable.idempotence=false with retries: records are stored twice',
  ...losingResponses({ 'enable.idempotence': 'false' }),
  strict: true,
  breaks: {
    anomalies: [
      'duplicate',
      'nonmonotonic-send',
      'reordered-send',
      'int-nonmonotonic-poll',
      'nonmonotonic-poll',
      'int-poll-skip',
      'poll-skip',
    ],
    withinSeeds: 50,
  },
});
