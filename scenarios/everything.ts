/**
 * Every kind of fault in one run. The other scenarios test the promise against one kind of fault each. Bugs also hide
 * where two kinds meet: a segment rolled just before a power loss, a fetch answered by the leader of two elections
 * ago, a disk that fails during a truncation. Method: every available fault except those that corrupt stored data,
 * many per run, with short outages; small segments, sequence numbers that wrap, bursts of records.
 *
 * In the first scenario every record is on disk before it is acknowledged, and min.insync.replicas=1, so that some
 * broker can always lead. No loss is permitted, whatever fails together. The second is Kafka as it is usually run:
 * replication provides durability, and only the last replica standing may lose records that it had not synced.
 *
 * Failing syncs are in neither. No later sync makes durable what a failed sync left behind, so a power loss then
 * leaves a hole in a log that the restarted broker has synced since and must believe to be whole. `disk-trouble` has
 * failing syncs and no power loss.
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
  'Fetch of __cluster_metadata',
  'Fetch of __cluster_metadata response',
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
