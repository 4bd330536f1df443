/**
 * One run from seed to verdict: boot, faults and work until the safety phase is over, heal everything, wait for
 * convergence, judge. Synchronous and pure: the same scenario, seed, plan, limits and code give the same result, in
 * any process. Wall time, files and printing are elsewhere.
 *
 * There are four kinds of failure. An assertion that breaks inside the simulation makes the run `invalid`. A livelock also
 * makes it `invalid`; it is detected by the number of events, because wall time is not a function of the seed. A judge that
 * crashes makes the run `unknown`. A bug of the harness itself is thrown to the caller as `HarnessFailure`.
 */
import { type Anomaly, mergeVerdicts, type Verdict } from '../checkers/verdict.js';
import { drawPlan } from '../faults/arbitrary.js';
import { budgetViolations } from '../faults/budget.js';
import type { FaultPlan } from '../faults/fault.js';
import { Nemesis } from '../faults/nemesis.js';
import { validatePlan } from '../faults/plan.js';
import { rejectUnknownNames } from '../faults/plan-names.js';
import type { Operation, SessionOrder } from '../history/operation.js';
import { Livelock } from '../kernel/livelock.js';
import { insistOnMacrotask } from './begin-run.js';
import type { Experiment, Judgement, RunLimits, RunOnlooker, Scenario, Wire } from './experiment.js';
import { HarnessFailure, isHarnessFrame, isHarnessMistake } from './harness-failure.js';
import type {
  AcknowledgementDelay,
  AvailabilityAccount,
  DecisionCounts,
  FaultAccount,
  LossAccount,
  OperationCount,
  RecordOutcome,
  SourceAccount,
  StoryLine,
} from './run-data.js';
import { TraceRecorder, type TraceRecording } from './trace-recorder.js';

export interface RunOptions {
  readonly seed: string;
  /** The fault plan; absent: the plan that the seed draws. */
  readonly plan?: FaultPlan;
  /** The limits; absent: those of the scenario. */
  readonly limits?: RunLimits;
  /** Keeps history, trace and logs in the result. */
  readonly trace?: boolean;
  /** An observer of the run's events, used without `trace`. */
  readonly onlooker?: RunOnlooker;
  /** Counts the answers to the decisions of the system. Absent: no. */
  readonly countsDecisions?: boolean;
}

export interface RunResult {
  readonly scenario: string;
  readonly seed: string;
  readonly plan: FaultPlan;
  readonly limits: RunLimits;
  readonly verdict: Verdict;
  readonly anomalies: readonly Anomaly[];
  readonly summary: string;
  readonly story: readonly StoryLine[];
  /** Why the run did not converge; empty when it did. */
  readonly waitingFor: readonly string[];
  readonly unknownBecause: readonly string[];
  /** Remarks for the reader that change no verdict, for example on a plan beyond the budget. */
  readonly remarks: readonly string[];
  readonly digest: string;
  readonly events: number;
  readonly records: number;
  readonly losses: readonly LossAccount[];
  readonly availability: readonly AvailabilityAccount[];
  /** Null: unknown. */
  readonly outcome: RecordOutcome | null;
  /** Null: nothing was acknowledged. */
  readonly acknowledgedAfter: AcknowledgementDelay | null;
  readonly healedAtMicros: number;
  readonly endedAtMicros: number;
  readonly faults: readonly FaultAccount[];
  readonly sources: readonly SourceAccount[];
  readonly marks: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Null without `countsDecisions`. */
  readonly decisions: DecisionCounts | null;
  /** Null without `trace`. */
  readonly evidence: RunEvidence | null;
}

export interface RunEvidence extends TraceRecording {
  readonly operations: readonly Operation[];
  readonly sessionOrder: SessionOrder | null;
}

/** The event limit of a run of any length, and the limit per virtual second of a long run: dozens of times a busy cluster's need. */
const EVENTS_MAX = 10_000_000;
const EVENTS_PER_SECOND_MAX = 200_000;

/** The virtual time between two checks for convergence. */
const CONVERGENCE_STEP_MICROS = 50_000;

/** @throws PlanError when a plan is malformed or names a target that cannot exist; HarnessFailure when the harness has a bug. */
export function executeRun(scenario: Scenario, options: RunOptions): RunResult {
  insistOnMacrotask(scenario);
  const plan =
    options.plan === undefined ? drawPlan(scenario.plan, options.seed) : validatePlan(options.plan);
  const limits = options.limits ?? fullLimits(scenario);
  const run = prepare(scenario, options, plan, limits);
  const outcome = drive(scenario, run, limits);
  const anomalies = [...outcome.anomalies, ...outcome.judgement.anomalies];
  const { simulation } = run.experiment.world;
  // An observer or a recorder may still hold references into the memory of the run.
  if (run.recorder === null && options.onlooker === undefined) simulation.memory.release();
  return {
    scenario: scenario.name,
    seed: options.seed,
    plan,
    limits,
    verdict: verdictOf(anomalies, outcome.judgement.unknownBecause),
    anomalies,
    summary: outcome.judgement.summary,
    story: outcome.judgement.story,
    waitingFor: outcome.waitingFor,
    unknownBecause: outcome.judgement.unknownBecause,
    remarks:
      options.plan === undefined ? [] : [...tooLateRemarks(plan, limits), ...budgetRemarks(scenario, plan)],
    digest: simulation.digest(),
    events: simulation.eventCount,
    records: outcome.judgement.records,
    losses: outcome.judgement.losses ?? [],
    availability: outcome.judgement.availability ?? [],
    outcome: outcome.judgement.outcome ?? null,
    acknowledgedAfter: outcome.judgement.acknowledgedAfter ?? null,
    healedAtMicros: outcome.healedAtMicros,
    endedAtMicros: simulation.nowMicros,
    faults: run.nemesis.account(),
    sources: run.nemesis.accountOfSources(scenario.faultSources ?? []),
    marks: Object.fromEntries([...simulation.marks].sort(([a], [b]) => (a < b ? -1 : 1))),
    operations: outcome.judgement.operations,
    configuration: outcome.judgement.configuration,
    decisions: options.countsDecisions === true ? (run.experiment.decisions?.() ?? {}) : null,
    evidence:
      run.recorder === null
        ? null
        : {
            ...run.recorder.finish(),
            operations: run.experiment.history.operations,
            sessionOrder: outcome.judgement.sessionOrder ?? null,
          },
  };
}

/** The anomaly of a run that was ended as a livelock. */
export const LIVELOCK = 'livelock';

export function fullLimits(scenario: Scenario, wire: Wire = 'typed'): RunLimits {
  return withWire({ durationMicros: scenario.durationMicros, operationsMax: null, without: [] }, wire);
}

export function withWire({ durationMicros, operationsMax, without }: RunLimits, wire: Wire): RunLimits {
  return { durationMicros, operationsMax, without, ...(wire === 'bytes' ? { wire } : {}) };
}

/** The anomalies that the configuration does not permit. */
export function forbiddenAnomalies(anomalies: readonly Anomaly[]): readonly Anomaly[] {
  return anomalies.filter((anomaly) => !anomaly.allowed);
}

interface PreparedRun {
  readonly experiment: Experiment;
  readonly nemesis: Nemesis;
  readonly recorder: TraceRecorder | null;
}

interface Outcome {
  /** Anomalies that the runner itself found: `assertion`, `livelock`, `not-converged`. */
  readonly anomalies: readonly Anomaly[];
  readonly judgement: Judgement;
  readonly waitingFor: readonly string[];
  readonly healedAtMicros: number;
}

function prepare(scenario: Scenario, options: RunOptions, plan: FaultPlan, limits: RunLimits): PreparedRun {
  const recorder = options.trace === true ? new TraceRecorder() : null;
  const onlooker = recorder ?? options.onlooker ?? null;
  const experiment = asHarness(`setting up ${scenario.name}`, () =>
    scenario.build({
      seed: options.seed,
      limits,
      trace: recorder !== null,
      onlooker,
      ...(options.countsDecisions === true ? { countsDecisions: true } : {}),
    }),
  );
  if (recorder !== null) {
    recorder.watchHosts(experiment.world);
    experiment.onTrace?.((line) => recorder.add(line));
  }
  // Drawn plans are checked too: a source with an unknown name would never fire, without any message. When hosts are left out
  // of the run, the faults drawn for them intentionally have no target.
  if (options.plan !== undefined || limits.without.length === 0) rejectUnknownNames(experiment, plan);

  const nemesis = new Nemesis({
    world: experiment.world,
    plan,
    resolveTarget: (target) => experiment.resolveTarget(target),
    perform: (action) => experiment.perform(action),
    onPhase: recorder === null ? null : (phase) => recorder.addFault(phase),
  });
  return { experiment, nemesis, recorder };
}

function drive(scenario: Scenario, run: PreparedRun, limits: RunLimits): Outcome {
  const { experiment, nemesis } = run;
  const { simulation } = experiment.world;
  let healedAtMicros = limits.durationMicros;
  let waitingFor: readonly string[] = [];
  const endMicros = limits.durationMicros + scenario.livenessMicros;
  simulation.eventsMax = Math.max(EVENTS_MAX, Math.ceil((endMicros * EVENTS_PER_SECOND_MAX) / 1e6));
  try {
    nemesis.start();
    experiment.start();
    simulation.runUntil(limits.durationMicros);
    nemesis.healAll();
    experiment.beginLiveness();
    waitingFor = awaitConvergence(experiment, endMicros);
  } catch (error) {
    if (isHarnessMistake(error)) throw new HarnessFailure(`running ${scenario.name}`, error);
    healedAtMicros = Math.min(healedAtMicros, simulation.nowMicros);
    return brokenOff(error, simulation.nowMicros, healedAtMicros);
  }
  const anomalies = waitingFor.length === 0 ? [] : [notConverged(waitingFor, scenario.livenessMicros)];
  return { anomalies, judgement: judge(experiment), waitingFor, healedAtMicros };
}

function awaitConvergence(experiment: Experiment, untilMicros: number): readonly string[] {
  const { simulation } = experiment.world;
  let waitingFor = experiment.waitingFor();
  while (waitingFor.length > 0 && simulation.nowMicros < untilMicros) {
    simulation.runUntil(Math.min(untilMicros, simulation.nowMicros + CONVERGENCE_STEP_MICROS));
    waitingFor = experiment.waitingFor();
  }
  return waitingFor;
}

function judge(experiment: Experiment): Judgement {
  try {
    return experiment.judge();
  } catch (error) {
    return {
      ...EMPTY_JUDGEMENT,
      summary: 'A checker crashed, so nothing is known about this run.',
      unknownBecause: [`a checker crashed: ${describeError(error)}`],
    };
  }
}

const EMPTY_JUDGEMENT: Judgement = {
  anomalies: [],
  summary: '',
  story: [],
  unknownBecause: [],
  records: 0,
  configuration: {},
  operations: {},
};

function brokenOff(error: unknown, atMicros: number, healedAtMicros: number): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const [name, words] =
    error instanceof Livelock
      ? [LIVELOCK, 'The run was ended as a livelock']
      : ['assertion', 'An assertion broke'];
  const anomaly: Anomaly = {
    name,
    count: 1,
    witnesses: [{ message, timeMicros: atMicros, stack: programStack(error) }],
    allowed: false,
  };
  return {
    anomalies: [anomaly],
    judgement: {
      ...EMPTY_JUDGEMENT,
      summary: `${words} after ${(atMicros / 1e6).toFixed(3)} virtual s: ${message}`,
      story: [{ timeMicros: atMicros, text: `${name}: ${message}` }],
    },
    waitingFor: [],
    healedAtMicros,
  };
}

function notConverged(waitingFor: readonly string[], livenessMicros: number): Anomaly {
  return {
    name: 'not-converged',
    count: waitingFor.length,
    witnesses: waitingFor.map((waits) => ({ waitingFor: waits, withinMicros: livenessMicros })),
    allowed: false,
  };
}

function verdictOf(anomalies: readonly Anomaly[], unknownBecause: readonly string[]): Verdict {
  return mergeVerdicts([
    forbiddenAnomalies(anomalies).length > 0 ? 'invalid' : 'valid',
    unknownBecause.length > 0 ? 'unknown' : 'valid',
  ]);
}

function tooLateRemarks({ faults }: FaultPlan, { durationMicros }: RunLimits): readonly string[] {
  return faults.flatMap(({ kind, atMicros }, index) =>
    atMicros >= durationMicros
      ? [
          `faults[${index}] (${kind}) never fires: it is due at ${atMicros / 1e6} s, and all is healed at ${durationMicros / 1e6} s`,
        ]
      : [],
  );
}

function budgetRemarks(scenario: Scenario, plan: FaultPlan): readonly string[] {
  if (scenario.budget === undefined) return [];
  return budgetViolations(plan, scenario.budget).map((violation) => violation.words);
}

const STACK_FRAMES_MAX = 12;

/** The stack frames from the failure to the event loop that called the program. They are the same in every process. */
function programStack(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const frames = error.stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
  const program = frames.findIndex((frame) => !isHarnessFrame(frame));
  const loop = frames.findIndex((frame, index) => index > program && isHarnessFrame(frame));
  return frames.slice(0, program < 0 || loop < 0 ? STACK_FRAMES_MAX : Math.min(loop, STACK_FRAMES_MAX));
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function asHarness<T>(what: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new HarnessFailure(what, error);
  }
}
