/**
 * A topic is deleted and made again under its name while producers and consumers use it and brokers restart. The new
 * topic is another topic: it has another id and none of the old records, wherever a broker was during the deletion.
 * Clients with metadata of the old topic get UNKNOWN_TOPIC_ID or INCONSISTENT_TOPIC_ID, ask for metadata and go on
 * (KIP-516, KAFKA-12257). The deletion permits the loss of the old topic's records, and of no other record.
 */
import {
  action,
  anyOf,
  cleanRestart,
  crash,
  diskSlow,
  holdKind,
  type MicrosRange,
  pause,
  powerLoss,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { CHECKPOINTS, threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };

export const topicMadeAgain = scenario('topic-made-again', {
  promise:
    'a topic is deleted and made again under its name while brokers crash and restart: no record of the old topic is in the new one, clients recover, and nothing else acknowledged is lost, duplicated or reordered',
  cluster: threeBrokers({
    config: { ...CHECKPOINTS, 'log.segment.delete.delay.ms': '500' },
    topics: {
      audits: { partitions: 1, config: { 'min.insync.replicas': '2', 'flush.messages': '1' } },
      orders: { partitions: 2, config: { 'min.insync.replicas': '2', 'flush.messages': '1' } },
    },
  }),
  workload: produceAndConsume({
    producers: 2,
    consumers: 2,
    recordsPerSecond: 25,
    producerConfig: { acks: 'all', 'request.timeout.ms': '1000' },
    consumerConfig: { 'auto.offset.reset': 'earliest' },
  }),
  faults: [
    action('delete-topic', ['orders']),
    action('create-topic', ['orders']),
    crash(anyOf('broker'), BRIEF),
    crash(leaderOf('orders', 0), BRIEF),
    powerLoss(anyOf('broker'), BRIEF),
    cleanRestart(anyOf('broker'), BRIEF),
    crash('controller', BRIEF),
    pause(anyOf('broker'), BRIEF),
    diskSlow(anyOf('broker'), BRIEF),
    holdKind(anyOf('broker'), ['Fetch of __cluster_metadata'], BRIEF),
  ],
  faultsMax: 16,
  budget: UNLIMITED_BUDGET,
  requiredFaults: ['action:delete-topic', 'action:create-topic', 'crash', 'power-loss', 'clean-restart'],
  requiredMarks: [
    'delete-topic',
    'create-topic',
    'replica deleted',
    'stray replica set aside',
    'refused: UNKNOWN_TOPIC_ID',
  ],
});
