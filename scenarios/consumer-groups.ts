/**
 * Consumer groups that process at least once: process, then commit. Method: brokers crash and hang, the coordinator of
 * the group first; members crash, hang past their sessions and come back as zombies. Whatever happens, a partition has
 * one owner in a generation, an acknowledged commit is not forgotten, and no commit covers a record that nobody
 * processed.
 */
import { anyOf, cleanRestart, crash, delay, type MicrosRange, pause } from '../harness/faults/arbitrary.js';
import { oneHostAtATime } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { consumerGroup } from './workloads/consumer-group/consumer-group.js';

/** Some end a session, some do not. */
const HANGING: MicrosRange = { min: 500_000, max: 9_000_000 };

const cluster = threeBrokers({
  topics: { orders: { partitions: 4, config: { 'min.insync.replicas': '2' } } },
  config: {
    'min.insync.replicas': '2',
    'offsets.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '500',
  },
});

const faults = [
  crash(leaderOf('__consumer_offsets', 0)),
  pause(leaderOf('__consumer_offsets', 0)),
  crash(anyOf('broker')),
  cleanRestart(anyOf('broker')),
  crash(anyOf('member')),
  pause(anyOf('member'), HANGING),
  cleanRestart(anyOf('member')),
  delay(anyOf('member'), anyOf('broker')),
];

const budget = oneHostAtATime({ recoveryMicros: 2_000_000 });
const requiredFaults = ['crash', 'pause', 'clean-restart', 'delay'];

export const consumerGroupAtLeastOnce = scenario('consumer-group', {
  promise:
    'process, then commitSync: coordinators and members crash and hang; every record is processed, and no commit is forgotten',
  cluster,
  workload: consumerGroup(),
  faults,
  budget,
  durationSeconds: 30,
  requiredFaults,
});

export const consumerGroupCooperative = scenario('consumer-group-cooperative', {
  promise:
    'cooperative-sticky, static members: coordinators and members crash and hang; every record is processed, and no commit is forgotten',
  cluster,
  workload: consumerGroup({
    isStatic: true,
    consumerConfig: {
      'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    },
  }),
  faults,
  budget,
  durationSeconds: 30,
  requiredFaults,
});

export const consumerGroupAtMostOnce = scenario('consumer-group-at-most-once', {
  promise: 'commitSync, then process: a member that crashes in between has committed what nobody processes',
  cluster,
  workload: consumerGroup({ commit: 'before-processing', processingMillis: 100 }),
  faults: [crash(anyOf('member')), cleanRestart(anyOf('member'))],
  budget,
  durationSeconds: 20,
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 20 },
});
