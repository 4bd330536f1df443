/**
 * Scenario and experiment. A `Scenario` is a stated promise as data. An `Experiment` is one run of it, built anew for each seed.
 * The runner is independent of the system under test: it sees hosts, faults, a history and a judgement. Types only. All times
 * are virtual microseconds from the start of the run.
 */
import type { Arbitrary } from 'fast-check';
import type { Anomaly } from '../checkers/verdict.js';
import type { FaultSource } from '../faults/arbitrary.js';
import type { FaultBudget } from '../faults/budget.js';
import type { ClusterAction, FaultPlan } from '../faults/fault.js';
import type { PlanNames } from '../faults/plan-names.js';
import type { Operation, SessionOrder } from '../history/operation.js';
import type { TraceSink } from '../kernel/trace.js';
import type { World } from '../world/world.js';
import type {
  AcknowledgementDelay,
  AvailabilityAccount,
  DecisionCounts,
  LossAccount,
  OperationCount,
  RecordOutcome,
  StoryLine,
  SystemLine,
} from './run-data.js';
import type { LogLine } from './trace-recorder.js';

/**
 * One run. The runner calls every method outside of events, except `resolveTarget` and `perform`.
 */
export interface Experiment extends PlanNames {
  readonly world: World;
  readonly history: { readonly operations: readonly Operation[] };
  /** Boots hosts and workload; called once, at virtual time 0. */
  start(): void;
  /**
   * The hosts that `target` names now, in a fixed order; [] when it names none at this moment (for example without a leader).
   * It must resolve single targets and the groups of `faults/target.ts`: `servers`, `brokers`, `all`.
   */
  resolveTarget(target: string): readonly string[];
  /** Carries out an operator's action; false when it was not possible. */
  perform(action: ClusterAction): boolean;
  /** All faults are healed: the workload starts no new work and drains. */
  beginLiveness(): void;
  /** The conditions that convergence still waits for, as text; [] when the system has converged. */
  waitingFor(): readonly string[];
  /** Judges the run after convergence or at the time limit. A throw means a crashed checker: the verdict becomes `unknown`. */
  judge(): Judgement;
  /** With `countsDecisions`, after the run: all decisions of the system, including those that were never asked for. */
  decisions?(): DecisionCounts;
  /** Called before `start` in runs with a full trace. `sink` receives the trace lines of the system under test. */
  onTrace?(sink: (line: SystemLine) => void): void;
}

export interface Judgement {
  readonly anomalies: readonly Anomaly[];
  /** One paragraph: the broken promise, or the statement that nothing broke. */
  readonly summary: string;
  readonly story: readonly StoryLine[];
  /** The reasons for `unknown`; empty in a healthy run. */
  readonly unknownBecause: readonly string[];
  /** The number of records that were produced, consumed and checked. */
  readonly records: number;
  /** Acknowledged records that are gone, in a fixed order. Absent: the experiment cannot say. */
  readonly losses?: readonly LossAccount[];
  /** Absent: the experiment does not measure it. */
  readonly availability?: readonly AvailabilityAccount[];
  /** Absent: the experiment cannot say, because not everything was read. */
  readonly outcome?: RecordOutcome;
  /** Absent: nothing was acknowledged. */
  readonly acknowledgedAfter?: AcknowledgementDelay;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
  /** The value for the header of the history. Absent: the workload has no producer sessions. */
  readonly sessionOrder?: SessionOrder;
}

/** What connections carry: `typed`: values by reference, nothing is encoded; `bytes`: as between machines. */
export type Wire = 'typed' | 'bytes';

/** The limits of a run, for example from minimisation or a replay, and its wire mode. A run is a function of them too. */
export interface RunLimits {
  /** The length of the safety phase, at most that of the scenario. */
  readonly durationMicros: number;
  /** The most operations that are invoked; null: no limit. The experiment defines what counts as an operation. */
  readonly operationsMax: number | null;
  /** The hosts that are left out: a subset of the scenario's `removableHosts`. */
  readonly without: readonly string[];
  /** Connections carry bytes. Absent: values by reference. */
  readonly wire?: 'bytes';
}

/** An observer of a run. It must not change the run. */
export interface RunOnlooker extends TraceSink {
  log?(host: string, line: LogLine): void;
}

export interface ExperimentInput {
  readonly seed: string;
  readonly limits: RunLimits;
  /** True for a full trace: logs, packets and the lines of `onTrace`. In a campaign only the digest is kept. */
  readonly trace: boolean;
  /** The trace sink for the world: it observes events, packets, marks and log lines. Null in a campaign. */
  readonly onlooker: RunOnlooker | null;
  /** Counts the answers to every decision; absent: no. The counts change nothing else in the run. */
  readonly countsDecisions?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** One sentence that a run can break. */
  readonly promise: string;
  /** The name of the checked guarantees, for example `linearizable`. */
  readonly profile: string;
  /** Settings that the harness chose because the user wrote none, such as shortened timeouts; for lists and reports. */
  readonly setByHarness?: Readonly<Record<string, string>>;
  /** Safety phase. */
  readonly durationMicros: number;
  /** The time in which the system must converge after all faults are healed. */
  readonly livenessMicros: number;
  /** Built with `harness/faults/arbitrary.ts`. */
  readonly plan: Arbitrary<FaultPlan>;
  /** The sources from which `plan` draws. A campaign counts each, and is `unknown` when one fires often and never matters. */
  readonly faultSources?: readonly FaultSource[];
  /** The budget within which the promise must hold. Drawn plans stay within it; a plan from outside is compared with it. */
  readonly budget?: FaultBudget;
  /** `invalid`: the scenario is expected to break, and a campaign must find a failure within `seedsToFind` seeds. */
  readonly expect: 'valid' | 'invalid';
  readonly seedsToFind?: number;
  /**
   * With `expect: 'invalid'`: the anomalies that fulfil the promise; any other anomaly is a failure. Absent: every anomaly
   * except `assertion`, `livelock` and `not-converged`.
   */
  readonly expectedAnomalies?: readonly string[];
  /** The fault kinds that must fire at least once in a campaign; else the campaign is `unknown`. */
  readonly requiredFaults?: readonly string[];
  /** The marks that must be reached at least once in a campaign; else the campaign is `unknown`. */
  readonly requiredMarks?: readonly string[];
  /** Hosts of its runs have guests, so that its runs begin in the event loop (`guests/microtasks.ts`). Absent: no. */
  readonly hasGuests?: boolean;
  /** The hosts (clients) that minimisation may leave out. */
  readonly removableHosts?: readonly string[];
  build(input: ExperimentInput): Experiment;
}
