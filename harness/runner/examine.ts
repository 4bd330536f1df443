/**
 * Examines one run: minimises it when it fails, repeats the resulting run with the full trace, checks by the digest that the
 * traced run was the same run, and writes the run directory.
 */
import type { FaultPlan } from '../faults/fault.js';
import { PlanError } from '../faults/plan.js';
import { describeDivergence } from '../kernel/divergence.js';
import { beginRun } from './begin-run.js';
import { promisedAnomaly } from './campaign-tally.js';
import { compareRuns } from './double-run.js';
import { forbiddenAnomalies, fullLimits, LIVELOCK, type RunOptions, type RunResult } from './execute-run.js';
import type { RunLimits, Scenario } from './experiment.js';
import { type Candidate, type Minimised, minimise } from './minimise.js';
import type { Origin } from './origin.js';
import type { ResultsDocument, RunDocument } from './run-data.js';
import { type RenderReport, RunDirectoryError, writeRunDirectory } from './run-directory.js';
import { planDocument, replayTokenOf, resultsDocument, runDocument } from './run-documents.js';
import { failsAlike } from './same-failure.js';
import { executeWatched, HungRun } from './watched-run.js';

export interface ExamineOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly plan?: FaultPlan;
  readonly limits?: RunLimits;
  /** The digest of an earlier execution of the run. A different digest is reported. */
  readonly seen?: { readonly digest: string; readonly by: string } | null;
  /** The most runs of the minimisation; null: the run is not minimised. */
  readonly minimiseRunsMax: number | null;
  readonly origin: Origin;
  /** The wall time for each run. A run that takes longer hangs and is ended. Absent: five minutes. */
  readonly runWallMillisMax?: number;
  /** The directory for run directories; null: nothing is written. */
  readonly runsDirectory: string | null;
  readonly renderReport: RenderReport;
  readonly versions: Readonly<Record<string, string>>;
  readonly shouldStop?: () => boolean;
  /** Called during minimisation with the number of runs so far. */
  readonly onProgress?: (runs: number) => void;
}

export interface Examined {
  readonly result: RunResult;
  readonly document: RunDocument;
  readonly results: ResultsDocument;
  /** Problems that do not affect the verdict, for example a directory that could not be written. */
  readonly problems: readonly string[];
}

export const MINIMISE_RUNS_MAX = 120;

export async function examineRun(options: ExamineOptions): Promise<Examined> {
  const begun = performance.now();
  const { scenario, seed } = options;
  const first = compareWithSeen(await execute(options, runOptions(options)), options.seen ?? null);
  const wallSeconds = (performance.now() - begun) / 1000;
  const minimised = await minimiseRun(options, first);
  const candidate: Candidate = minimised?.candidate ?? { plan: first.plan, limits: first.limits };
  const expectedDigest =
    minimised === null || minimised.runs === 0
      ? first.digest
      : (await execute(options, { seed, ...candidate })).digest;
  const traced = await execute(options, { seed, ...candidate, trace: true });
  const result =
    traced.digest === expectedDigest
      ? withRemarks(traced, first)
      : await notDeterministic(options, candidate, traced);
  const minimisation =
    minimised === null
      ? null
      : {
          runs: minimised.runs,
          faultsBefore: first.plan.faults.length,
          faultsAfter: candidate.plan.faults.length,
          log: minimised.log,
        };
  const { digest } = result;
  const replay = replayTokenOf(scenario, { seed, ...candidate, digest }, options.origin.fingerprint);
  const results = resultsDocument(scenario, result, minimisation);
  const document = runDocument(result, { replay, origin: options.origin, wallSeconds, runDirectory: null });
  return write(options, { result, document, results, problems: [] }, minimised === null ? null : first.plan);
}

/** The anomaly that minimisation must keep. */
export function tellingAnomaly(scenario: Scenario, result: RunResult): string | null {
  return (
    (promisedAnomaly(scenario, result.anomalies) ?? forbiddenAnomalies(result.anomalies)[0])?.name ?? null
  );
}

function runOptions(options: ExamineOptions) {
  return {
    seed: options.seed,
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
}

async function minimiseRun(options: ExamineOptions, first: RunResult): Promise<Minimised | null> {
  const { scenario } = options;
  const name = tellingAnomaly(scenario, first);
  // A livelock is not minimised: each attempt would take millions of events, like the first run.
  if (options.minimiseRunsMax === null || name === null || name === LIVELOCK) return null;
  const search = new CandidateRuns(options);
  const minimised = await minimise({
    start: { plan: first.plan, limits: options.limits ?? fullLimits(scenario) },
    stillFails: (candidate) => search.failsAs(first, candidate, name),
    removableHosts: scenario.removableHosts ?? [],
    operationsInvoked: Object.values(first.operations).reduce(
      (sum, { ok, fail, info }) => sum + ok + fail + info,
      0,
    ),
    runsMax: options.minimiseRunsMax,
    shouldStop: () => search.hungRun !== null || (options.shouldStop?.() ?? false),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return search.hungRun === null
    ? minimised
    : { ...minimised, log: [...minimised.log, `stopped there: ${search.hungRun.message}`] };
}

class CandidateRuns {
  /** The first candidate that hung. A smaller plan can hang when the larger did not. The search ends there, to save wall time. */
  hungRun: HungRun | null = null;
  readonly #options: ExamineOptions;

  constructor(options: ExamineOptions) {
    this.#options = options;
  }

  async failsAs(first: RunResult, candidate: Candidate, anomalyName: string): Promise<boolean> {
    try {
      const smaller = await execute(this.#options, { seed: this.#options.seed, ...candidate });
      return failsAlike(first, smaller, anomalyName);
    } catch (error) {
      // A candidate that lacks the target host of one of its faults is not a valid plan.
      if (error instanceof PlanError) return false;
      if (!(error instanceof HungRun)) throw error;
      this.hungRun = error;
      return false;
    }
  }
}

/** @throws HungRun */
function execute({ scenario, runWallMillisMax }: ExamineOptions, run: RunOptions): Promise<RunResult> {
  return beginRun(scenario, () => executeWatched(scenario, run, runWallMillisMax));
}

/** Adds the remarks of the original run to the traced run: on a plan from outside, or on a digest that differs. */
function withRemarks(traced: RunResult, first: RunResult): RunResult {
  const took = first.unknownBecause.filter((reason) => !traced.unknownBecause.includes(reason));
  return took.reduce(asUnknown, { ...traced, remarks: first.remarks });
}

function compareWithSeen(run: RunResult, seen: Exclude<ExamineOptions['seen'], undefined>): RunResult {
  if (seen === null || seen.digest === run.digest) return run;
  return asUnknown(
    run,
    `this is not the run that ${seen.by}: its digest is ${run.digest}, that one had ${seen.digest}, by the same code. Does another version of Node or of a package draw or order something differently, or does the scenario draw from real chance?`,
  );
}

/** When runs of one seed differ, every verdict except `invalid` becomes `unknown`: a broken promise stays broken. */
function asUnknown(run: RunResult, reason: string): RunResult {
  return {
    ...run,
    verdict: run.verdict === 'invalid' ? 'invalid' : 'unknown',
    unknownBecause: [...run.unknownBecause, reason],
  };
}

async function notDeterministic(
  options: ExamineOptions,
  candidate: Candidate,
  traced: RunResult,
): Promise<RunResult> {
  const { scenario, seed } = options;
  const divergence = await beginRun(scenario, () => compareRuns(scenario, { seed, ...candidate }));
  const words =
    divergence === null
      ? 'the traced run had another digest than the run without a trace'
      : `two runs of one seed differ. ${describeDivergence(divergence)}`;
  return asUnknown(traced, words);
}

async function write(
  options: ExamineOptions,
  examined: Examined,
  original: FaultPlan | null,
): Promise<Examined> {
  const { scenario, runsDirectory, seed } = options;
  const { result, document, results } = examined;
  if (runsDirectory === null || result.evidence === null) return examined;
  const plan = planDocument(scenario.name, seed, result.plan, result.limits);
  try {
    const runDirectory = await writeRunDirectory(
      runsDirectory,
      {
        run: document,
        results,
        plan,
        originalPlan:
          original === null
            ? null
            : planDocument(scenario.name, seed, original, options.limits ?? fullLimits(scenario)),
        header: {
          seismolog: 'history',
          version: 1,
          scenario: scenario.name,
          seed,
          cluster: result.configuration,
          plan,
          versions: options.versions,
          ...(result.evidence.sessionOrder === null ? {} : { sessionOrder: result.evidence.sessionOrder }),
        },
        evidence: result.evidence,
      },
      options.renderReport,
    );
    return { ...examined, document: { ...document, runDirectory } };
  } catch (error) {
    if (!(error instanceof RunDirectoryError)) throw error;
    return { ...examined, problems: [error.message] };
  }
}
