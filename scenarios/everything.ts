/**
 * Everything at once. The other scenarios each hold one kind of trouble against the promise; mistakes also hide where
 * two kinds meet (a segment rolled just before the power fails, a fetch answered by a leader of two elections ago, a
 * disk that fails while the log is cut). Method: every fault of the house but those that lie about stored data, many to
 * a run, brief outages; small segments, sequence numbers that wrap, bursts of records.
 *
 * The first promise has every record on disk before it is acknowledged and min.insync.replicas=1, so that there is
 * always a leader to make a mistake, and no loss is permitted, whatever fails together. The second is Kafka as it is run:
 * durability by replication, where only the last replica standing may lose what it had not synced. (No failing syncs in
 * either: what one leaves behind no later sync makes durable, so that a power loss makes a hole where the broker, started
 * again and synced since, must believe the log to be whole; `disk-trouble` has them, and no power loss.)
 */

import type { Properties } from '../broker/config/definitions.js';
import {
  action,
  anyOf,
  bridge,
  cleanRestart,
  clockDrift,
  clockStep,
  crash,
  cut,
  delay,
  diskError,
  diskFull,
  diskHang,
  diskSlow,
  hold,
  holdKind,
  isolate,
  type MicrosRange,
  pause,
  powerLoss,
  reset,
  shortWrite,
} from '../harness/faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { CHECKPOINTS, threeBrokers } from './cluster/cluster-spec.js';
import { followerOf, leaderOf, type ScenarioSpec, scenario } from './experiment/scenario.js';
import { produceAndConsume } from './workloads/produce-and-consume/produce-and-consume.js';

const BRIEF: MicrosRange = { min: 50_000, max: 4_000_000 };
const HELD_KINDS = [
  'AlterPartition',
  'AlterPartition response',
  'Fetch',
  'Fetch response',
  'Produce',
  'Produce response',
  'MetadataLogFetch',
  'MetadataLogFetch response',
  'BrokerHeartbeat',
];

function everything(config: Properties): Omit<ScenarioSpec, 'promise'> {
  return {
    cluster: threeBrokers({
      topics: { orders: { partitions: 2, config: { 'segment.bytes': '8192', ...config } } },
      config: CHECKPOINTS,
    }),
    workload: produceAndConsume({
      producers: 2,
      consumers: 2,
      recordsPerSecond: 25,
      valueSizeBytes: 400,
      firstSequence: 2 ** 31 - 60,
      producerConfig: { acks: 'all', 'request.timeout.ms': '1000', 'delivery.timeout.ms': '3000' },
      consumerConfig: { 'isolation.level': 'read_committed' },
    }),
    faults: [
      crash(leaderOf('orders', 0), BRIEF),
      crash(anyOf('server'), BRIEF),
      cleanRestart(anyOf('broker'), BRIEF),
      powerLoss(leaderOf('orders', 0), BRIEF),
      powerLoss(anyOf('server'), BRIEF),
      pause(leaderOf('orders', 0), BRIEF),
      pause(anyOf('server'), BRIEF),
      isolate(leaderOf('orders', 0), ['brokers', 'servers', 'all'], BRIEF),
      isolate(followerOf('orders', 0), ['brokers', 'servers', 'all'], BRIEF),
      cut(anyOf('host'), anyOf('server'), BRIEF),
      bridge(anyOf('broker'), BRIEF),
      delay(anyOf('host'), anyOf('host')),
      reset(anyOf('host'), anyOf('broker')),
      hold(anyOf('server'), anyOf('server'), BRIEF),
      holdKind(anyOf('host'), HELD_KINDS, BRIEF),
      diskHang(anyOf('server'), BRIEF),
      diskSlow(anyOf('broker'), BRIEF),
      diskFull(anyOf('broker'), BRIEF),
      diskError(anyOf('broker'), ['read', 'write', 'truncate', 'rename'], BRIEF),
      shortWrite(anyOf('broker')),
      clockStep(anyOf('host')),
      clockDrift(anyOf('host')),
      action('preferred-election', ['orders-0', 'orders-1']),
    ],
    faultsMax: 24,
    budget: UNLIMITED_BUDGET,
    requiredFaults: ['crash', 'power-loss', 'pause', 'isolate', 'hold-kind', 'disk-error', 'clock-step'],
  };
}

export const everythingFlushed = scenario('everything-flushed', {
  promise:
    'acks=all, flush.messages=1: under every fault at once nothing acknowledged is lost, duplicated or reordered',
  ...everything({ 'min.insync.replicas': '1', 'flush.messages': '1' }),
});

export const everythingReplicated = scenario('everything-replicated', {
  promise:
    'acks=all, min.insync.replicas=2, no flush: under every fault at once only what the last replica standing had not synced is lost',
  ...everything({ 'min.insync.replicas': '2' }),
});
