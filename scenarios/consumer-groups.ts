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
  workload: consumerGroup({ commit: 'before-processing', processingMillis: 100, promises: ['no-loss'] }),
  faults: [crash(anyOf('member')), cleanRestart(anyOf('member'))],
  budget,
  durationSeconds: 20,
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 20 },
});

const memberFaults = [crash(anyOf('member')), pause(anyOf('member'), HANGING)];

export const consumerGroupRepeats = scenario('consumer-group-repeats', {
  promise: 'process, then commitSync: a member that crashes in between has its records processed again',
  cluster,
  workload: consumerGroup({ processingMillis: 100, promises: ['no-loss', 'no-repeat'] }),
  faults: memberFaults,
  budget,
  durationSeconds: 15,
  breaks: { anomalies: ['processed-twice'], withinSeeds: 50 },
});

export const consumerGroupAutoCommit = scenario('consumer-group-auto-commit', {
  promise:
    'auto-commit, and each poll is processed before the next: coordinators and members crash and hang; every record is processed',
  cluster,
  workload: consumerGroup({ commit: 'auto', consumerConfig: { 'auto.commit.interval.ms': '500' } }),
  faults,
  budget,
  durationSeconds: 15,
  requiredFaults,
});

export const consumerGroupAutoCommitAside = scenario('consumer-group-auto-commit-aside', {
  promise:
    'auto-commit, and a member polls on while it processes: a crash loses what it has committed and not processed',
  cluster,
  workload: consumerGroup({
    commit: 'auto-aside',
    promises: ['no-loss'],
    processingMillis: 300,
    consumerConfig: { 'auto.commit.interval.ms': '100' },
  }),
  faults: memberFaults,
  budget,
  durationSeconds: 15,
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 50 },
});

export const consumerGroupCommitsPosition = scenario('consumer-group-commits-position', {
  promise:
    'commitSync() after each record commits the position behind the whole poll: a crash loses the rest of the poll',
  cluster,
  workload: consumerGroup({
    commit: 'position-per-record',
    promises: ['no-loss'],
    processingMillis: 5,
    consumerConfig: { 'max.poll.records': '50' },
  }),
  faults: memberFaults,
  budget,
  durationSeconds: 15,
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 100 },
});
