/**
 * One scenario over many seeds, from the first seed to the files: the campaign, a closer look at the run that tells most,
 * the campaign's directory. What is printed of it is `campaign-report.ts`.
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
  /** Null: until the time is over. */
  readonly seeds: number | null;
  /** Null: no limit. */
  readonly wallMillis: number | null;
  readonly stopAtFailure: boolean;
  readonly minimise: boolean;
  /** What connections carry; the executor's own. Absent: typed values. */
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

/** The run to look at: one that broke unexpectedly, else the one that broke as promised, else one without a verdict. */
function tellingRun(tally: CampaignTally): RunSummary | null {
  return tally.unexpectedFailures()[0] ?? tally.found ?? tally.failures[0] ?? null;
}

/** Returns what went wrong, or null: the verdict stands all the same. */
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

/** Far enough below 2^53, from where on counting up stands still. */
export const FIRST_SEED_MAX = 2 ** 52;

/** A scenario that promises to break is given as many seeds as it says that it may take; it ends when it breaks. */
export function seedsFor(scenario: Scenario, seeds: number): number {
  return Math.max(seeds, scenario.seedsToFind ?? 0);
}
