/**
 * What the runner runs: a `Scenario` is a stated promise as data, an `Experiment` is one run of it, built fresh for
 * each seed. The runner knows nothing about the system inside; it sees hosts, faults, a history and a judgement.
 * Types only. All times are virtual microseconds from the start of the run.
 */
import type { Arbitrary } from 'fast-check';
import type { Anomaly } from '../checkers/verdict.js';
import type { FaultSource } from '../faults/arbitrary.js';
import type { FaultBudget } from '../faults/budget.js';
import type { ClusterAction, FaultPlan } from '../faults/fault.js';
import type { Operation, SessionOrder } from '../history/operation.js';
import type { TraceSink } from '../kernel/trace.js';
import type { World } from '../world/world.js';
import type { DecisionCounts, LossAccount, OperationCount, StoryLine, SystemLine } from './run-data.js';
import type { LogLine } from './trace-recorder.js';

/**
 * One run being set up and driven. Every method is called from outside any event, `resolveTarget` and `perform`
 * excepted.
 */
export interface Experiment {
  readonly world: World;
  readonly history: { readonly operations: readonly Operation[] };
  /** Boots hosts and workload; called once, at virtual time 0. */
  start(): void;
  /**
   * The hosts that `target` names now, in a fixed order; [] when it names none at this moment (no leader, say).
   * Besides single targets it must know the group words of `faults/target.ts`: `servers`, `brokers`, `all`.
   */
  resolveTarget(target: string): readonly string[];
  /**
   * Why `target` can never name anything in this experiment (`no host "b9"; hosts are b1, b2, b3`), or null.
   * Asked of every target of a plan that a person wrote, before the run starts.
   */
  rejectTarget?(target: string): string | null;
  /** Why no message can ever be of this kind (`did you mean "Produce response"?`), or null. Asked of every `messageKind` of a plan. */
  rejectMessageKind?(kind: string): string | null;
  /**
   * Why the action can never be carried out (`no argument "cuont"; did you mean "count"?`), or null. Asked of every
   * action of a plan in place of `rejectTarget`, because the experiment says what an action's target is.
   */
  rejectAction?(action: ClusterAction): ActionObjection | null;
  /** Carries out an operator's action; false when it could not be done. */
  perform(action: ClusterAction): boolean;
  /** Faults are healed now: stop new work and drain. */
  beginLiveness(): void;
  /** [] = converged; else what it waits for, in words. */
  waitingFor(): readonly string[];
  /** After convergence or the limit. A throw here is a crashed checker: the verdict becomes `unknown`. */
  judge(): Judgement;
  /** With `countsDecisions`, after the run: every decision of the system, also one that was never asked for. */
  decisions?(): DecisionCounts;
  /** Full-trace runs only, called before `start`: where the lines that the experiment knows of shall go. */
  onTrace?(sink: (line: SystemLine) => void): void;
}

/** `place`: the field of the action that is wrong (`name`, `target`, `args.count`). */
export interface ActionObjection {
  readonly place: string;
  readonly reason: string;
}

export interface Judgement {
  readonly anomalies: readonly Anomaly[];
  /** One paragraph in words: what broke, or that nothing did. */
  readonly summary: string;
  readonly story: readonly StoryLine[];
  /** What keeps the judge from saying more; empty in a healthy run. */
  readonly unknownBecause: readonly string[];
  /** Records that made the whole way and were checked. */
  readonly records: number;
  /** Acknowledged records that are gone, in a fixed order. Absent: the experiment cannot say. */
  readonly losses?: readonly LossAccount[];
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, OperationCount>>;
  /** For the header of the history. Absent: the workload has no producer sessions. */
  readonly sessionOrder?: SessionOrder;
}

/** What connections carry: `typed`: values by reference, nothing is encoded; `bytes`: as between machines. */
export type Wire = 'typed' | 'bytes';

/** What minimisation (or a replay) took away from a run, and how it runs; part of what the run is a function of. */
export interface RunLimits {
  /** Length of the safety phase; never above the scenario's. */
  readonly durationMicros: number;
  /** At most so many operations are invoked (the experiment counts as it likes); null: no limit. */
  readonly operationsMax: number | null;
  /** Hosts that are left out: a subset of the scenario's `removableHosts`. */
  readonly without: readonly string[];
  /** Connections carry bytes. Absent: values by reference. */
  readonly wire?: 'bytes';
}

/** Who watches a run from outside; it changes nothing. */
export interface RunOnlooker extends TraceSink {
  log?(host: string, line: LogLine): void;
}

export interface ExperimentInput {
  readonly seed: string;
  readonly limits: RunLimits;
  /** Full trace: logs, packets and `onTrace` are wanted. In a campaign nothing but the digest is kept. */
  readonly trace: boolean;
  /** To be handed to the world as it is: it watches events, packets, marks and log lines. Null in a campaign. */
  readonly onlooker: RunOnlooker | null;
  /** The answers to every decision are counted; absent: no. It changes nothing else in the run. */
  readonly countsDecisions?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** One sentence that a run can break. */
  readonly promise: string;
  /** Name of the guarantees that are checked (`linearizable`, say). */
  readonly profile: string;
  /** Settings that the harness chose because the user wrote none, such as shortened timeouts; for lists and reports. */
  readonly setByHarness?: Readonly<Record<string, string>>;
  /** Safety phase. */
  readonly durationMicros: number;
  /** How long the system may take to converge once all is healed. */
  readonly livenessMicros: number;
  /** Built with `harness/faults/arbitrary.ts`. */
  readonly plan: Arbitrary<FaultPlan>;
  /** What `plan` draws from: a campaign keeps account of each, and is `unknown` when one fires often and never matters. */
  readonly faultSources?: readonly FaultSource[];
  /** Within it the promise must hold. Drawn plans keep it; a plan from outside is compared with it. */
  readonly budget?: FaultBudget;
  /** `invalid`: the promise is that it *does* break; a campaign must find that within `seedsToFind`. */
  readonly expect: 'valid' | 'invalid';
  readonly seedsToFind?: number;
  /**
   * With `expect: 'invalid'`: the anomalies that fulfil the promise; any other is a failure. Absent: every one but
   * `assertion`, `livelock` and `not-converged`.
   */
  readonly expectedAnomalies?: readonly string[];
  /** Fault kinds that must fire at least once in a campaign, else it is `unknown`. */
  readonly requiredFaults?: readonly string[];
  /** Marks that must be reached at least once in a campaign, else it is `unknown`. */
  readonly requiredMarks?: readonly string[];
  /** Hosts (clients) that minimisation may try to leave out. */
  readonly removableHosts?: readonly string[];
  build(input: ExperimentInput): Experiment;
}
