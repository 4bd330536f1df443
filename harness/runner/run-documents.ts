/** Builds the documents of a run from its result: `run.json`, `results.json`, `plan.json`, and the replay token. */
import { drawPlan } from '../faults/arbitrary.js';
import type { Fault, FaultPlan } from '../faults/fault.js';
import { nearest } from '../faults/nearest.js';
import { PlanError, validatePlan } from '../faults/plan.js';
import { fullLimits, type RunResult, withWire } from './execute-run.js';
import type { RunLimits, Scenario } from './experiment.js';
import type { Origin } from './origin.js';
import { replayLine } from './replay-line.js';
import { encodeReplayToken } from './replay-token.js';
import type { LossAccount, ResultsDocument, RunDocument } from './run-data.js';
import type { RunSummary } from './run-summary.js';

/** `plan.json`: a fault plan with its scenario, seed and limits. A plan to read needs only `version` and `faults`. */
export interface PlanDocument extends FaultPlan {
  readonly scenario?: string;
  readonly seed?: string;
  readonly limits?: RunLimits;
  readonly faults: readonly Fault[];
}

export interface RunIdentity {
  readonly seed: string;
  /** The plan; absent: the drawn plan. */
  readonly plan?: FaultPlan;
  /** The limits; absent: those of the scenario. */
  readonly limits?: RunLimits;
  readonly digest: string;
}

/** The replay token of a run. It leaves out the plan and the limits when the seed and the scenario give them. */
export function replayTokenOf(scenario: Scenario, run: RunIdentity, fingerprint: string): string {
  const drawn = run.plan === undefined || same(run.plan, drawPlan(scenario.plan, run.seed));
  const full = run.limits === undefined || same(run.limits, fullLimits(scenario));
  return encodeReplayToken({
    scenario: scenario.name,
    seed: run.seed,
    fingerprint,
    limits: full ? null : (run.limits ?? null),
    plan: drawn ? null : (run.plan ?? null),
    digest: run.digest,
  });
}

export interface RunDocumentOptions {
  readonly replay: string;
  readonly origin: Origin;
  readonly wallSeconds: number;
  readonly runDirectory: string | null;
}

export function runDocument(result: RunResult, options: RunDocumentOptions): RunDocument {
  return {
    scenario: result.scenario,
    seed: result.seed,
    digest: result.digest,
    verdict: result.verdict,
    anomalies: result.anomalies,
    virtualSeconds: result.endedAtMicros / 1e6,
    wallSeconds: roundMillis(options.wallSeconds),
    events: result.events,
    records: result.records,
    ...lossFields(result.losses),
    availability: result.availability,
    operations: result.operations,
    faults: result.faults,
    replay: options.replay,
    replayLine: replayLine(options.replay, options.origin),
    runDirectory: options.runDirectory,
  };
}

function lossFields(losses: readonly LossAccount[]): Pick<RunDocument, 'recordsGone' | 'losses'> {
  return { recordsGone: losses.reduce((sum, { records }) => sum + records, 0), losses };
}

/** The document of a failing run of a campaign that was not examined. */
export function summaryDocument(scenario: Scenario, run: RunSummary, origin: Origin): RunDocument {
  const replay = replayTokenOf(scenario, { seed: run.seed, digest: run.digest }, origin.fingerprint);
  return {
    scenario: scenario.name,
    seed: run.seed,
    digest: run.digest,
    verdict: run.verdict,
    anomalies: run.anomalies,
    virtualSeconds: run.virtualMicros / 1e6,
    wallSeconds: 0,
    events: run.events,
    records: run.records,
    ...lossFields(run.losses),
    availability: run.availability,
    operations: run.operations,
    faults: run.faults,
    replay,
    replayLine: replayLine(replay, origin),
    runDirectory: null,
  };
}

export type Minimisation = NonNullable<ResultsDocument['minimisation']>;

export function resultsDocument(
  scenario: Scenario,
  result: RunResult,
  minimisation: Minimisation | null,
): ResultsDocument {
  return {
    verdict: result.verdict,
    promise: scenario.promise,
    profile: scenario.profile,
    ...(scenario.setByHarness === undefined ? {} : { setByHarness: scenario.setByHarness }),
    anomalies: result.anomalies,
    summary: result.summary,
    story: result.story,
    waitingFor: result.waitingFor,
    unknownBecause: result.unknownBecause,
    marks: result.marks,
    operations: result.operations,
    configuration: result.configuration,
    ...(minimisation === null ? {} : { minimisation }),
    healedAtMicros: result.healedAtMicros,
    endedAtMicros: result.endedAtMicros,
  };
}

export function planDocument(
  scenario: string,
  seed: string,
  plan: FaultPlan,
  limits: RunLimits,
): PlanDocument {
  return { version: 1, scenario, seed, limits, faults: plan.faults };
}

const PLAN_KEYS = [
  'version',
  'scenario',
  'seed',
  'limits',
  'faults',
] as const satisfies readonly (keyof PlanDocument)[];
const LIMIT_KEYS = [
  'durationMicros',
  'operationsMax',
  'without',
  'wire',
] as const satisfies readonly (keyof RunLimits)[];

/** Checks a plan document. A misspelt key is an error and not an absent key, as in faults. @throws PlanError */
export function validatePlanDocument(value: unknown): PlanDocument {
  const plan = validatePlan(value);
  refuseUnknownKeys(value, PLAN_KEYS, '');
  const { scenario, seed, limits } = new Fields(value);
  return {
    ...plan,
    ...(scenario === undefined ? {} : { scenario: asText(scenario, 'scenario') }),
    ...(seed === undefined ? {} : { seed: asSeed(seed) }),
    ...(limits === undefined ? {} : { limits: asLimits(limits) }),
  };
}

/** Reads the fields of an unknown value. */
class Fields {
  readonly scenario: unknown;
  readonly seed: unknown;
  readonly limits: unknown;

  constructor(value: unknown) {
    const fields = new Map<string, unknown>(
      typeof value === 'object' && value !== null ? Object.entries(value) : [],
    );
    this.scenario = fields.get('scenario');
    this.seed = fields.get('seed');
    this.limits = fields.get('limits');
  }
}

/** @throws PlanError with the nearest known name. */
function refuseUnknownKeys(value: unknown, known: readonly string[], where: string): void {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === null ? `its fields are ${known.join(', ')}` : `did you mean "${near}"?`;
  throw new PlanError(
    `${where}${unknown}`,
    `${where === '' ? 'a plan has' : 'limits have'} no such field; ${hint}`,
  );
}

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '')
    throw new PlanError(path, 'must be a text that is not empty');
  return value;
}

function asSeed(value: unknown): string {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : asText(value, 'seed');
}

function asLimits(value: unknown): RunLimits {
  refuseUnknownKeys(value, LIMIT_KEYS, 'limits.');
  const fields = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const durationMicros = fields.get('durationMicros');
  const operationsMax = fields.get('operationsMax') ?? null;
  const without = fields.get('without') ?? [];
  if (!isCount(durationMicros))
    throw new PlanError('limits.durationMicros', 'must be an integer count of microseconds');
  if (operationsMax !== null && !isCount(operationsMax)) {
    throw new PlanError('limits.operationsMax', 'must be null or an integer, 0 or more');
  }
  if (!Array.isArray(without) || !without.every((name) => typeof name === 'string')) {
    throw new PlanError('limits.without', 'must be a list of host names');
  }
  const wire = fields.get('wire') ?? 'typed';
  if (wire !== 'typed' && wire !== 'bytes') throw new PlanError('limits.wire', 'must be typed or bytes');
  return withWire({ durationMicros, operationsMax, without }, wire);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Compares plain JSON data. Both sides have the same order of fields by construction. */
function same(a: FaultPlan | RunLimits, b: FaultPlan | RunLimits): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function roundMillis(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
