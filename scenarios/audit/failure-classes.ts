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
  hostsFail,
  inTurn,
  lagMicros,
  lastReplica,
  leader,
  preferredElection,
  rollingRestart,
  SECOND,
  sessionMicros,
  shuffledBrokers,
  twice,
  victim,
} from './failure-draws.js';

export interface FailureClass {
  readonly name: string;
  /** The row of the table. */
  readonly title: string;
  /** One failure at a time. */
  readonly isSingle: boolean;
  /** Why the class is not measured; null: it is. */
  readonly unmeasured: string | null;
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
  readonly seconds: (context: ClassContext) => number;
  readonly faults: Drawn;
}

function failureClass({ name, title, isSingle, seconds, faults }: ClassSpec): FailureClass {
  const whole = (context: ClassContext): number => Math.ceil(seconds(context));
  return {
    name,
    title,
    isSingle,
    unmeasured: null,
    seconds: whole,
    plan: (context) => planOf(faults(context), whole(context)),
  };
}

function notMeasured(name: string, title: string, unmeasured: string): FailureClass {
  return {
    name,
    title,
    isSingle: true,
    unmeasured,
    seconds: () => 1,
    plan: () => fc.constant({ version: 1, faults: [] }),
  };
}

/** Long enough for two outages. */
const forTwo = (context: ClassContext): number => 20 + (4 * sessionMicros(context)) / SECOND;
/** Long enough for an absence and what follows it. */
const forAbsence = (context: ClassContext): number => 30 + (2 * sessionMicros(context)) / SECOND;

const NEEDS_GROUPS = 'needs consumer groups';

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
    seconds: () => 25,
    faults: hostsFail('crash', 'consumer'),
  }),
  failureClass({
    name: 'consumer-pauses',
    title: 'a consumer pauses',
    isSingle: true,
    seconds: () => 25,
    faults: hostsFail('pause', 'consumer'),
  }),
  notMeasured('rebalance', 'rebalance', NEEDS_GROUPS),
  notMeasured('slow-processing', 'slow processing', NEEDS_GROUPS),
  failureClass({
    name: 'clock-steps',
    title: 'a clock steps',
    isSingle: true,
    seconds: () => 20,
    faults: clockSteps,
  }),
];
