/**
 * The request arrives, the answer does not, and the producer sends again. With enable.idempotence the broker knows the
 * batch by its sequence (KIP-98) and stores it once; without, retries store it twice, in this order or another, which
 * Kafka permits and a user may not expect: the third promise must find it.
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
      // Longer than any copy of a batch is under way here, and not so long that nobody would notice who forgets early.
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
    'enable.idempotence=true: answers are lost and sends retried; every record is stored once and in order',
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
