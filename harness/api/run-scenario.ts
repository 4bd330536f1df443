/**
 * Runs one scenario over many seeds: the campaign, the examination of its most informative run, and the campaign's directory.
 * `campaign-report.ts` formats the result.
 */
import { type CampaignOutcome, runCampaign } from '../runner/campaign.js';
import type { CampaignTally } from '../runner/campaign-tally.js';
import { MINIMISE_RUNS_MAX } from '../runner/examine.js';
import { fullLimits } from '../runner/execute-run.js';
import type { Scenario, Wire } from '../runner/experiment.js';
import { RunDirectoryError, writeCampaignDirectory } from '../runner/run-directory.js';
import type { RunSummary } from '../runner/run-summary.js';
import type { SeedExecutor } from '../runner/seed-executor.js';
import { campaignDocument, type FinishedCampaign } from './campaign-report.js';
import { examineAt } from './examine-run.js';
import { reportPathOf } from './report-path.js';
import type { Workplace } from './workplace.js';

export const SEEDS_BY_DEFAULT = 50;

export interface ScenarioJob {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  /** The number of seeds; null: as many as fit into `wallMillis`. */
  readonly seeds: number | null;
  /** The wall-time limit; null: no limit. */
  readonly wallMillis: number | null;
  readonly stopAtFailure: boolean;
  readonly minimise: boolean;
  /** The wire mode, the same as the executor's. Absent: typed values. */
  readonly wire?: Wire;
  readonly executor: SeedExecutor;
}

export async function runScenario(workplace: Workplace, job: ScenarioJob): Promise<FinishedCampaign> {
  const { catalogue } = workplace;
  const { scenario, minimise } = job;
  const outcome = await campaignAt(workplace, job);
  const telling = tellingRun(outcome.tally);
  const examined =
    telling === null
      ? null
      : await examineAt(workplace, {
          scenario,
          seed: telling.seed,
          ...(job.wire === undefined ? {} : { limits: fullLimits(scenario, job.wire) }),
          seen: { digest: telling.digest, by: 'the campaign saw' },
          minimiseRunsMax: minimise ? MINIMISE_RUNS_MAX : null,
        });
  const finished: FinishedCampaign = {
    scenario,
    outcome,
    asked: { firstSeed: job.firstSeed, count: job.seeds },
    examined,
    origin: catalogue.originOf(scenario),
    reportPath: examined === null ? null : reportPathOf(examined),
    problems: examined?.problems ?? [],
  };
  const notWritten = writeDirectory(workplace, job.firstSeed, finished);
  return notWritten === null ? finished : { ...finished, problems: [...finished.problems, notWritten] };
}

async function campaignAt(workplace: Workplace, job: ScenarioJob): Promise<CampaignOutcome> {
  const { scenario, firstSeed, seeds, wallMillis, stopAtFailure, executor } = job;
  const progress = workplace.beginProgress(scenario.name, seeds);
  try {
    return await runCampaign({
      scenario,
      firstSeed,
      seeds,
      wallMillis,
      stopAtFailure,
      executor,
      signal: workplace.signal,
      onProgress: (tally) => progress.update(tally.runs, tally.verdicts.invalid),
    });
  } finally {
    progress.stop();
  }
}

/** The run to examine: a run that broke unexpectedly, else the run that broke as promised, else an `unknown` run. */
function tellingRun(tally: CampaignTally): RunSummary | null {
  return tally.unexpectedFailures()[0] ?? tally.found ?? tally.failures[0] ?? null;
}

/** Writes the campaign's directory. Returns an error message or null; an error does not change the verdict. */
function writeDirectory(
  { runsDirectory }: Workplace,
  firstSeed: number,
  finished: FinishedCampaign,
): string | null {
  const { scenario, outcome } = finished;
  if (runsDirectory === null || outcome.tally.runs === 0) return null;
  try {
    writeCampaignDirectory(
      runsDirectory,
      { scenario: scenario.name, firstSeed, lastSeed: outcome.nextSeed - 1 },
      campaignDocument(finished),
    );
    return null;
  } catch (error) {
    if (!(error instanceof RunDirectoryError)) throw error;
    return error.message;
  }
}

/** The largest first seed. It is far below 2^53, above which adding 1 to a number may not change it. */
export const FIRST_SEED_MAX = 2 ** 52;

/** The number of seeds. A scenario that is expected to break gets its `seedsToFind`, and ends when it breaks. */
export function seedsFor(scenario: Scenario, seeds: number): number {
  return Math.max(seeds, scenario.seedsToFind ?? 0);
}
