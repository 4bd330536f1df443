/**
 * Goal: KafkaJS 2.2.4, unmodified, as the producer of a simulated cluster. Method: each producer host loads KafkaJS anew
 * at every start; its sockets are those of the simulated network, and all connections carry bytes. Without idempotence
 * KafkaJS documents that an acknowledged record is stored; a repeated request may store a
 * record twice. One send to several partitions does not keep that promise: `docs/findings/kafkajs-spread-send.md`.
 */

import type { Properties } from '../broker/config/definitions.js';
import { anyOf, cleanRestart, crash, delay, holdKind, pause, reset } from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';
import type { ProducerClientName } from './workloads/produce-and-consume/settings.js';

function producingWithKafkaJs(
  client: ProducerClientName,
  producerConfig: Properties,
): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({
      topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } },
      // KafkaJS asks for the topic before it is created, and would get one of its own making.
      config: { 'auto.create.topics.enable': 'false' },
    }),
    workload: produceAndConsume({
      client,
      producers: 2,
      consumers: 1,
      recordsPerSecond: 20,
      producerConfig: {
        acks: 'all',
        'max.in.flight.requests.per.connection': '1',
        'request.timeout.ms': '2000',
        ...producerConfig,
      },
    }),
    faults: [
      crash(leaderOf('orders', 0)),
      cleanRestart(anyOf('broker')),
      pause(anyOf('broker')),
      reset(anyOf('producer'), anyOf('broker')),
      holdKind(anyOf('broker'), 'Produce response'),
      delay(anyOf('broker'), anyOf('producer')),
    ],
    budget: oneHostAtATime({ recoveryMicros: 2_000_000 }),
    durationSeconds: 15,
    requiredFaults: ['crash', 'reset', 'hold-kind'],
  };
}

export const kafkaJsProduces = scenario('kafkajs-produces', {
  promise:
    'KafkaJS 2.2.4, acks=-1: leaders crash, connections are reset, answers are late; nothing acknowledged is lost',
  ...producingWithKafkaJs('kafkajs', { 'enable.idempotence': 'false' }),
});

export const kafkaJsIdempotent = scenario('kafkajs-idempotent', {
  promise: 'KafkaJS 2.2.4, idempotent: nothing acknowledged is lost, duplicated or reordered',
  // KafkaJS means to retry an idempotent send for ever and retries it five times: docs/findings/kafkajs-idempotent-retries.md.
  ...producingWithKafkaJs('kafkajs', { 'enable.idempotence': 'true', retries: '2147483647' }),
});

export const kafkaJsIdempotentLoses = scenario('kafkajs-idempotent-loses', {
  promise:
    'KafkaJS 2.2.4, idempotent, with its default of five retries: an acknowledged record is lost (docs/findings)',
  ...producingWithKafkaJs('kafkajs', { 'enable.idempotence': 'true', 'request.timeout.ms': '500' }),
  // Long enough for five retries to go unanswered.
  faults: [holdKind(leaderOf('orders', 0), 'Produce response', { min: 5_000_000, max: 8_000_000 })],
  requiredFaults: ['hold-kind'],
  breaks: { anomalies: ['unseen', 'lost-write'], withinSeeds: 200 },
});

export const kafkaJsSpreadLoses = scenario('kafkajs-spread-loses', {
  promise:
    'KafkaJS 2.2.4, one send to several partitions: it resolves although records were never sent (docs/findings)',
  ...producingWithKafkaJs('kafkajs-spread', { 'enable.idempotence': 'false' }),
  breaks: { anomalies: ['unseen', 'lost-write'], withinSeeds: 200 },
});
