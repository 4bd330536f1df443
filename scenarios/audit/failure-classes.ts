/**
 * The classes of failure of an audit. Each draws plans in which this class can do its harm: at the moments when records
 * are under way, in the order that is worst, for shorter and longer than the timeouts of the configuration. Between
 * brokers the links have the latency of one rack, or of one region: a follower is behind for that long.
 */
import * as fc from 'fast-check';
import { type MicrosRange, span } from '../../harness/faults/arbitrary.js';
import type { Fault, FaultPlan } from '../../harness/faults/fault.js';
import {
  allLosePower,
  type ClassContext,
  clientCut,
  clockSteps,
  cutOff,
  type Drawn,
  diskTrouble,
  groupMicros,
  hostsFail,
  inTurn,
  lagMicros,
  lastReplica,
  leader,
  memberSessionMicros,
  pollIntervalMicros,
  preferredElection,
  rebalances,
  rollingRestart,
  SECOND,
  sessionMicros,
  shuffledBrokers,
  slowProcessing,
  twice,
  victim,
} from './failure-draws.js';

export interface FailureClass {
  readonly name: string;
  /** The row of the table. */
  readonly title: string;
  /** One failure at a time. */
  readonly isSingle: boolean;
  /** Only a consumer group can fail in this way: without one the class is not measured. */
  readonly needsGroup: boolean;
  /** The length of the safety phase. */
  readonly seconds: (context: ClassContext) => number;
  readonly plan: (context: ClassContext) => fc.Arbitrary<FaultPlan>;
}

/** The extra latency between brokers. */
const REPLICATION_LATENCY: MicrosRange = { min: 2_000, max: 64_000 };

/** The plan of one class: its faults, in order of time, on a cluster whose brokers are some milliseconds apart. */
function planOf(drawn: fc.Arbitrary<readonly Fault[]>, seconds: number): fc.Arbitrary<FaultPlan> {
  const latency = span(REPLICATION_LATENCY);
  return fc.record({ faults: drawn, extraMicros: latency }).map(({ faults, extraMicros }): FaultPlan => {
    const apart: Fault = {
      kind: 'delay',
      atMicros: SECOND,
      target: 'brokers',
      peer: 'brokers',
      extraMicros,
      durationMicros: seconds * SECOND,
    };
    return { version: 1, faults: [apart, ...faults].sort((a, b) => a.atMicros - b.atMicros) };
  });
}

interface ClassSpec {
  readonly name: string;
  readonly title: string;
  readonly isSingle: boolean;
  readonly needsGroup?: boolean;
  readonly seconds: (context: ClassContext) => number;
  readonly faults: Drawn;
}

function failureClass({
  name,
  title,
  isSingle,
  needsGroup = false,
  seconds,
  faults,
}: ClassSpec): FailureClass {
  const whole = (context: ClassContext): number =>
    Math.ceil(seconds(context) + groupMicros(context) / SECOND);
  return {
    name,
    title,
    isSingle,
    needsGroup,
    seconds: whole,
    plan: (context) => planOf(faults(context), whole(context)),
  };
}

/** Long enough for two outages. */
const forTwo = (context: ClassContext): number => 20 + (4 * sessionMicros(context)) / SECOND;
/** Long enough for an absence and what follows it. */
const forAbsence = (context: ClassContext): number => 30 + (2 * sessionMicros(context)) / SECOND;

/** Long enough for the failures of members, and for the end of the session of the last one. */
const forMembers = (context: ClassContext): number =>
  25 + (context.hasGroup ? 10 + memberSessionMicros(context) / SECOND : 0);

/** The classes that are measured, with a group or without one. */
export const measuredClasses = (hasGroup: boolean): readonly FailureClass[] =>
  FAILURE_CLASSES.filter(({ needsGroup }) => hasGroup || !needsGroup);

export const FAILURE_CLASSES: readonly FailureClass[] = [
  failureClass({
    name: 'nothing-fails',
    title: 'nothing fails',
    isSingle: true,
    seconds: () => 15,
    faults: () => fc.constant([]),
  }),
  failureClass({
    name: 'broker-dies',
    title: 'a broker process dies',
    isSingle: true,
    seconds: forTwo,
    faults: twice('crash', victim),
  }),
  failureClass({
    name: 'two-brokers-die',
    title: 'two broker processes die',
    isSingle: false,
    seconds: forAbsence,
    faults: inTurn('crash', (context) => shuffledBrokers(context, 2)),
  }),
  failureClass({
    name: 'all-brokers-die',
    title: 'all broker processes die',
    isSingle: false,
    seconds: (context) => forAbsence(context) + (2 * sessionMicros(context)) / SECOND,
    faults: inTurn('crash', (context) => shuffledBrokers(context, context.brokers)),
  }),
  failureClass({
    name: 'power-loss',
    title: 'a machine loses power',
    isSingle: true,
    seconds: forTwo,
    faults: twice('power-loss', victim),
  }),
  failureClass({
    name: 'last-replica-loses-power',
    title: 'the last replica loses power',
    isSingle: false,
    seconds: forAbsence,
    faults: lastReplica,
  }),
  failureClass({
    name: 'all-lose-power',
    title: 'all machines lose power',
    isSingle: false,
    seconds: forAbsence,
    faults: allLosePower(),
  }),
  failureClass({
    name: 'leader-cut-off',
    title: 'the leader is cut off',
    isSingle: true,
    seconds: (context) => 15 + Math.max(lagMicros(context), 2 * sessionMicros(context)) / SECOND,
    faults: cutOff,
  }),
  failureClass({
    name: 'leader-pauses',
    title: 'the leader pauses',
    isSingle: true,
    seconds: forTwo,
    faults: twice('pause', leader),
  }),
  failureClass({
    name: 'disk-trouble',
    title: 'a disk hangs, fills, fails',
    isSingle: true,
    seconds: forAbsence,
    faults: diskTrouble,
  }),
  failureClass({
    name: 'rolling-restart',
    title: 'rolling restart',
    isSingle: true,
    seconds: ({ brokers }) => 10 + 8 * brokers,
    faults: rollingRestart,
  }),
  failureClass({
    name: 'preferred-election',
    title: 'preferred election',
    isSingle: true,
    seconds: ({ brokers }) => 36 + 8 * brokers,
    faults: preferredElection,
  }),
  failureClass({
    name: 'controller-dies',
    title: 'the controller dies',
    isSingle: true,
    seconds: forTwo,
    faults: twice('crash', () => fc.constant('controller')),
  }),
  failureClass({
    name: 'client-cut',
    title: 'a client is cut from a broker',
    isSingle: true,
    seconds: () => 30,
    faults: clientCut,
  }),
  failureClass({
    name: 'producer-dies',
    title: 'a producer dies',
    isSingle: true,
    seconds: () => 25,
    faults: hostsFail('crash', 'producer'),
  }),
  failureClass({
    name: 'consumer-dies',
    title: 'a consumer dies',
    isSingle: true,
    seconds: forMembers,
    faults: hostsFail('crash', 'consumer'),
  }),
  failureClass({
    name: 'consumer-pauses',
    title: 'a consumer pauses',
    isSingle: true,
    seconds: forMembers,
    faults: hostsFail('pause', 'consumer'),
  }),
  failureClass({
    name: 'rebalance',
    title: 'rebalance',
    isSingle: true,
    needsGroup: true,
    seconds: () => 45,
    faults: rebalances,
  }),
  failureClass({
    name: 'slow-processing',
    title: 'slow processing',
    isSingle: true,
    needsGroup: true,
    seconds: (context) => 30 + pollIntervalMicros(context) / SECOND,
    faults: slowProcessing,
  }),
  failureClass({
    name: 'clock-steps',
    title: 'a clock steps',
    isSingle: true,
    seconds: () => 20,
    faults: clockSteps,
  }),
];
