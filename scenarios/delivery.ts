/**
 * What consumers lose and repeat: one scenario for each way in which an application commits, stores or forgets. A
 * scenario that holds shows that the way is safe under every fault; one that breaks shows how it is not.
 * `docs/delivery.md` is the table.
 */
import {
  anyOf,
  cleanRestart,
  crash,
  delay,
  holdKind,
  type MicrosRange,
  pause,
} from '../harness/faults/arbitrary.js';
import { oneHostAtATime, UNLIMITED_BUDGET } from '../harness/faults/budget.js';
import { threeBrokers } from './cluster/cluster-spec.js';
import { leaderOf, scenario } from './experiment/scenario.js';
import { consumerGroup } from './workloads/consumer-group/consumer-group.js';

/** Some end a session, some do not. */
const HANGING: MicrosRange = { min: 500_000, max: 9_000_000 };
/** Longer than the session of a member. */
const PAST_SESSION: MicrosRange = { min: 7_000_000, max: 10_000_000 };
/** Less than the session of a member. */
const BRIEF: MicrosRange = { min: 200_000, max: 2_000_000 };

const cluster = threeBrokers({
  topics: { orders: { partitions: 4, config: { 'min.insync.replicas': '2' } } },
  config: {
    'min.insync.replicas': '2',
    'offsets.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '500',
  },
});
const budget = oneHostAtATime({ recoveryMicros: 2_000_000 });

const memberFaults = [crash(anyOf('member')), pause(anyOf('member'), HANGING), cleanRestart(anyOf('member'))];
const allFaults = [
  ...memberFaults,
  crash(leaderOf('__consumer_offsets', 0)),
  pause(leaderOf('__consumer_offsets', 0)),
  crash(anyOf('broker')),
  delay(anyOf('member'), anyOf('broker')),
];
const held = { cluster, budget, faults: allFaults, durationSeconds: 15, requiredFaults: ['crash', 'pause'] };
const broken = { cluster, budget, faults: memberFaults, durationSeconds: 15 };
const repeats = { anomalies: ['processed-twice'], withinSeeds: 100 };

const onceByKey = scenario('once-by-key', {
  ...held,
  promise:
    'results under a unique key, then commitSync: coordinators and members crash and hang; every record takes effect once',
  workload: consumerGroup({ effects: 'unique-key', processingMillis: 60 }),
  requiredMarks: ['repeat had no effect'],
});

const onceByLookUp = scenario('once-by-look-up', {
  ...broken,
  promise:
    'a look-up before the work instead of a unique key: a member that hung inserts what the next owner inserted',
  workload: consumerGroup({
    effects: 'look-up',
    processingMillis: 100,
    promises: ['no-loss', 'no-repeat', 'order'],
  }),
  faults: [pause(anyOf('member'), PAST_SESSION), crash(anyOf('member'))],
  breaks: repeats,
});

const offsetsWithResults = scenario('offsets-with-results', {
  ...held,
  promise:
    'offsets in one transaction with the results, seek on assignment, a late transaction is rolled back: every record takes effect once',
  workload: consumerGroup({ commit: 'with-results', processingMillis: 60 }),
});

const offsetsWithResultsUnfenced = scenario('offsets-with-results-unfenced', {
  ...broken,
  promise:
    'offsets in one transaction with the results, and a late transaction takes place: a member that hung repeats what the next owner did',
  workload: consumerGroup({
    commit: 'with-results',
    fencesResults: false,
    processingMillis: 100,
    promises: ['no-loss', 'no-repeat', 'order'],
  }),
  faults: [pause(anyOf('member'), PAST_SESSION), crash(anyOf('member'))],
  // The stored offset goes back with the results of the member that hung.
  breaks: { anomalies: ['processed-twice', 'committed-offset-lost', 'commit-went-back'], withinSeeds: 100 },
});

const atMostOnce = scenario('at-most-once', {
  ...held,
  promise: 'commitSync, then process: coordinators and members crash and hang; no record is processed twice',
  workload: consumerGroup({ commit: 'before-processing', processingMillis: 60 }),
});

const commitsRarely = {
  pollsPerCommit: 20,
  leaves: true,
  promises: ['no-loss', 'no-repeat', 'order'],
} as const;
const restarts = {
  cluster,
  budget,
  faults: [cleanRestart(anyOf('member'))],
  durationSeconds: 15,
};

const commitsWhenRevoked = scenario('commits-when-revoked', {
  ...restarts,
  promise:
    'a commit every 20 polls and in onPartitionsRevoked: members are restarted cleanly, and no record is processed twice',
  workload: consumerGroup(commitsRarely),
  requiredFaults: ['clean-restart'],
});

const forgetsRevocation = scenario('forgets-revocation', {
  ...restarts,
  promise:
    'a commit every 20 polls and none in onPartitionsRevoked: a clean restart has records processed again',
  workload: consumerGroup({ ...commitsRarely, commitsWhenRevoked: false }),
  breaks: repeats,
});

const slow = { slowOneIn: 60, slowMillis: 10_000 };

const slowProcessing = scenario('slow-processing', {
  ...held,
  promise:
    'processing takes longer than max.poll.interval.ms now and then: members are thrown out of the group, and every record is processed',
  workload: consumerGroup(slow),
  durationSeconds: 20,
});

const slowProcessingRepeats = scenario('slow-processing-repeats', {
  ...broken,
  promise:
    'processing takes longer than max.poll.interval.ms now and then: the next owner processes the records again',
  workload: consumerGroup({ ...slow, promises: ['no-loss', 'no-repeat', 'order'] }),
  faults: [crash(anyOf('member'))],
  durationSeconds: 20,
  breaks: repeats,
});

const zombieMember = scenario('zombie-member', {
  ...broken,
  promise:
    'a member hangs past its session and works on: its commits are fenced, its processing is not, and records are processed twice',
  workload: consumerGroup({ processingMillis: 100, promises: ['no-loss', 'no-repeat'] }),
  faults: [pause(anyOf('member'), PAST_SESSION)],
  breaks: repeats,
});

const groupLargerThanPartitions = scenario('group-larger-than-partitions', {
  ...held,
  promise:
    'six members and two partitions: four wait, and take over when owners crash and hang; every record is processed',
  cluster: threeBrokers({
    topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } },
    config: cluster.config ?? {},
  }),
  workload: consumerGroup({ members: 6 }),
});

const rollingRestart = { ...restarts, faults: [cleanRestart(anyOf('member'), BRIEF)] };

const staticMembersRestart = scenario('static-members-restart', {
  ...rollingRestart,
  promise:
    'static members are restarted cleanly, each within its session: no partition moves, and every record is processed',
  workload: consumerGroup({ isStatic: true, leaves: true, promises: ['no-loss', 'order', 'no-move'] }),
  requiredFaults: ['clean-restart'],
});

const dynamicMembersRestart = scenario('dynamic-members-restart', {
  ...rollingRestart,
  promise: 'members without group.instance.id are restarted cleanly: their partitions move to the others',
  workload: consumerGroup({ leaves: true, promises: ['no-loss', 'order', 'no-move'] }),
  breaks: { anomalies: ['partition-moved'], withinSeeds: 20 },
});

const atMostOnceMembers = { commit: 'before-processing', processingMillis: 100 } as const;

const atMostOnceReorders = scenario('at-most-once-reorders', {
  ...broken,
  promise:
    'commitSync, then process: a member that hangs after its commit works on the records when the next owner is further',
  workload: consumerGroup({ ...atMostOnceMembers, promises: ['no-repeat', 'order'] }),
  faults: [pause(anyOf('member'), PAST_SESSION)],
  breaks: { anomalies: ['processed-out-of-order'], withinSeeds: 100 },
});

const asideMembers = {
  commit: 'auto-aside',
  processingMillis: 300,
  consumerConfig: { 'auto.commit.interval.ms': '100' },
} as const;

const autoCommitRepeats = scenario('auto-commit-repeats', {
  ...broken,
  promise: 'auto-commit, and each poll is processed before the next: a crash has records processed again',
  workload: consumerGroup({ commit: 'auto', promises: ['no-loss', 'no-repeat', 'order'] }),
  breaks: repeats,
});

const autoCommitAsideRepeats = scenario('auto-commit-aside-repeats', {
  ...broken,
  promise: 'auto-commit, and a member polls on while it processes: the next owner may repeat as well',
  workload: consumerGroup({ ...asideMembers, promises: ['no-repeat'] }),
  faults: [pause(anyOf('member'), PAST_SESSION), crash(anyOf('member'))],
  breaks: repeats,
});

const autoCommitAsideReorders = scenario('auto-commit-aside-reorders', {
  ...broken,
  promise:
    'auto-commit, and a member polls on while it processes: a member that hung finishes when the next owner is further',
  workload: consumerGroup({ ...asideMembers, promises: ['order'] }),
  faults: [pause(anyOf('member'), PAST_SESSION)],
  breaks: { anomalies: ['processed-out-of-order'], withinSeeds: 100 },
});

const positionMembers = {
  commit: 'position-per-record',
  processingMillis: 30,
  consumerConfig: { 'max.poll.records': '50' },
} as const;

const commitsPositionRepeats = scenario('commits-position-repeats', {
  ...broken,
  promise:
    'commitSync() after each record: a member that crashes between the work and the commit has the record processed again',
  workload: consumerGroup({ ...positionMembers, promises: ['no-repeat'] }),
  faults: [pause(anyOf('member'), PAST_SESSION), crash(anyOf('member'))],
  breaks: repeats,
});

const commitsPositionReorders = scenario('commits-position-reorders', {
  ...broken,
  promise:
    'commitSync() after each record: a member that hung works on the rest of its poll when the next owner is further',
  workload: consumerGroup({ ...positionMembers, promises: ['order'] }),
  faults: [pause(anyOf('member'), PAST_SESSION)],
  breaks: { anomalies: ['processed-out-of-order'], withinSeeds: 100 },
});

const retryInPlace = scenario('retry-in-place', {
  ...held,
  promise:
    'a record fails: its partition pauses, goes back to the record and is resumed later; every record is processed, in order',
  workload: consumerGroup({ failsOneIn: 30 }),
});

const failedRecordSkipped = scenario('failed-record-skipped', {
  ...broken,
  promise: 'a record fails, and the member goes on: its next commit covers the record',
  workload: consumerGroup({ failsOneIn: 100, onFailure: 'skip', promises: ['no-loss', 'order'] }),
  faults: [crash(anyOf('member'))],
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 10 },
});

const withRetryTopic = threeBrokers({
  topics: {
    orders: { partitions: 3, config: { 'min.insync.replicas': '2' } },
    'orders-retry': { partitions: 1, config: { 'min.insync.replicas': '2' } },
  },
  config: cluster.config ?? {},
});

const retryTopic = scenario('retry-topic', {
  ...held,
  promise:
    'a record fails and goes to a retry topic, and then the offset is committed: every record is processed, there or here',
  cluster: withRetryTopic,
  workload: consumerGroup({ failsOneIn: 20, onFailure: 'publish-then-commit' }),
});

const retryTopicReorders = scenario('retry-topic-reorders', {
  ...broken,
  promise: 'a record fails and goes to a retry topic: records behind it are processed before it',
  cluster: withRetryTopic,
  workload: consumerGroup({
    failsOneIn: 20,
    onFailure: 'publish-then-commit',
    promises: ['no-loss', 'order'],
  }),
  faults: [crash(anyOf('member'))],
  breaks: { anomalies: ['processed-out-of-order'], withinSeeds: 10 },
});

const retryTopicLoses = scenario('retry-topic-loses', {
  ...broken,
  promise:
    'a record fails, the offset is committed, and then the record goes to a retry topic: a crash in between loses it',
  cluster: withRetryTopic,
  workload: consumerGroup({
    failsOneIn: 3,
    onFailure: 'commit-then-publish',
    processingMillis: 10,
    promises: ['no-loss'],
  }),
  faults: [crash(anyOf('member')), holdKind('members', ['Produce'])],
  budget: UNLIMITED_BUDGET,
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 100 },
});

/** A group that is away for longer than `offsets.retention.minutes`, at least one minute, finds no offsets. */
const expiring = {
  budget: UNLIMITED_BUDGET,
  plan: {
    version: 1,
    faults: [{ kind: 'crash', atMicros: 6_000_000, target: 'members', durationMicros: 75_000_000 }],
  },
  durationSeconds: 86,
  cluster: threeBrokers({
    topics: { orders: { partitions: 2, config: { 'min.insync.replicas': '2' } } },
    config: {
      ...cluster.config,
      'offsets.retention.minutes': '1',
      'offsets.retention.check.interval.ms': '1000',
    },
  }),
} as const;
const slowly = { producers: 1, recordsPerSecond: 6, processingMillis: 10 } as const;

const expiredOffsetsRepeat = scenario('expired-offsets-repeat', {
  ...expiring,
  promise:
    'a group is away until its offsets expire, auto.offset.reset=earliest: it processes every record again',
  workload: consumerGroup({ ...slowly, promises: ['no-loss', 'no-repeat', 'order'] }),
  breaks: { anomalies: ['processed-twice'], withinSeeds: 5 },
});

const expiredOffsetsLose = scenario('expired-offsets-lose', {
  ...expiring,
  promise:
    'a group is away until its offsets expire, auto.offset.reset=latest: it leaves out what was sent meanwhile',
  workload: consumerGroup({
    ...slowly,
    beginsAtStart: true,
    consumerConfig: { 'auto.offset.reset': 'latest' },
    promises: ['no-loss'],
  }),
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 5 },
});

const expiredOffsetsStop = scenario('expired-offsets-stop', {
  ...expiring,
  promise:
    'a group is away until its offsets expire, auto.offset.reset=none: it stops until an operator names the offsets; every record is processed, in order',
  workload: consumerGroup({
    ...slowly,
    consumerConfig: { 'auto.offset.reset': 'none' },
  }),
  requiredMarks: ['operator was asked for the offset'],
});

const latestSkipsFirst = scenario('latest-skips-first', {
  ...broken,
  promise:
    'auto.offset.reset=latest: a new group leaves out what was sent before its partitions had their first position',
  workload: consumerGroup({ consumerConfig: { 'auto.offset.reset': 'latest' }, promises: ['no-loss'] }),
  faults: [crash(anyOf('member'))],
  breaks: { anomalies: ['unprocessed-record'], withinSeeds: 10 },
});

export const safeDelivery = [
  onceByKey,
  offsetsWithResults,
  atMostOnce,
  commitsWhenRevoked,
  slowProcessing,
  groupLargerThanPartitions,
  staticMembersRestart,
  retryInPlace,
  retryTopic,
  expiredOffsetsStop,
] as const;

export const brokenDelivery = [
  onceByLookUp,
  offsetsWithResultsUnfenced,
  forgetsRevocation,
  slowProcessingRepeats,
  zombieMember,
  dynamicMembersRestart,
  atMostOnceReorders,
  autoCommitRepeats,
  autoCommitAsideRepeats,
  autoCommitAsideReorders,
  commitsPositionRepeats,
  commitsPositionReorders,
  failedRecordSkipped,
  retryTopicReorders,
  retryTopicLoses,
  expiredOffsetsRepeat,
  expiredOffsetsLose,
  latestSkipsFirst,
] as const;
