/** `campaign` of the public face: what `seismolog run` does with one scenario, as a value. */
import type { Verdict } from '../checkers/verdict.js';
import type { House } from '../runner/catalogue.js';
import type { Scenario } from '../runner/experiment.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { inProcessExecutor, type SeedExecutor } from '../runner/seed-executor.js';
import {
  campaignDocument,
  campaignLines,
  campaignVerdict,
  type FinishedCampaign,
} from './campaign-report.js';
import { isWhole, refuseUnknownOptions, refuseUnless, workersMax } from './check-options.js';
import { chooseExecutor } from './choose-executor.js';
import { type ExaminedRun, examinedRun } from './examined-run.js';
import { openWorkplace, PLACE_OPTIONS, type PlaceOptions, scenarioAt } from './open-workplace.js';
import { FIRST_SEED_MAX, runScenario, SEEDS_BY_DEFAULT, seedsFor } from './run-scenario.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

export interface CampaignOptions extends PlaceOptions {
  /**
   * How many seeds, 1 or more. Absent: 50, or with `wallMillis` as many as it takes. A scenario that promises to break
   * gets as many as it says that it may take, and ends at the first run that does.
   */
  readonly seeds?: number;
  /** The first seed, 0 to 2^52; the others count up from it. Absent: 1. */
  readonly firstSeed?: number;
  /** Wall time in milliseconds after which no more seeds are begun. Absent: no limit. */
  readonly wallMillis?: number;
  /** Worker threads, 1 to 8 per processor. Absent: one per processor. */
  readonly workers?: number;
  /** Ends at the first run that is not valid. Absent: false. */
  readonly stopAtFailure?: boolean;
  /** Makes the plan of the first failing run as small as it goes. Absent: true. */
  readonly minimise?: boolean;
  /** Told after each batch of seeds how many runs there were and how many of them broke the promise. */
  readonly onProgress?: (runs: number, invalid: number) => void;
}

export interface CampaignResult {
  /** `valid` also for a scenario that promises to break and did. */
  readonly verdict: Verdict;
  /** As `seismolog run --json` prints it; `docs/output.md` lists the fields. */
  readonly document: CampaignDocument;
  /** The first failing run, run again with its full trace and minimised; null when none failed. */
  readonly failure: ExaminedRun | null;
  /** What `seismolog run` prints: counts, or what broke, when, and the line that replays it. The message of a test. */
  readonly text: string;
  /** What went wrong beside the verdict: a run directory that could not be written, say. */
  readonly problems: readonly string[];
  /** The first seed that was not run: where another campaign goes on. */
  readonly nextSeed: number;
}

const OPTIONS = [
  ...PLACE_OPTIONS,
  'seeds',
  'firstSeed',
  'wallMillis',
  'workers',
  'stopAtFailure',
  'minimise',
  'onProgress',
] as const satisfies readonly (keyof CampaignOptions)[];

export async function campaignIn(
  house: House,
  handedOver: Scenario,
  options: CampaignOptions,
): Promise<CampaignResult> {
  checkOptions(options);
  const { firstSeed = 1, wallMillis, stopAtFailure = false, minimise = true, onProgress } = options;
  const workplace = await openWorkplace(house, [handedOver], options, (_name, done, failures) => {
    // While it minimises nothing that is counted here goes on.
    if (failures !== null) onProgress?.(done, failures);
  });
  const scenario = scenarioAt(workplace, handedOver);
  const executor = executorFor(workplace, scenario, options.workers);
  try {
    const finished = await runScenario(workplace, {
      scenario,
      firstSeed,
      seeds:
        options.seeds === undefined && wallMillis !== undefined
          ? null
          : seedsFor(scenario, options.seeds ?? SEEDS_BY_DEFAULT),
      wallMillis: wallMillis ?? null,
      stopAtFailure,
      minimise,
      executor,
    });
    return asResult(finished);
  } finally {
    await executor.close();
  }
}

function asResult(finished: FinishedCampaign): CampaignResult {
  const { scenario, examined, problems, outcome } = finished;
  return {
    verdict: campaignVerdict(finished),
    document: campaignDocument(finished),
    failure: examined === null ? null : examinedRun(examined),
    text: campaignLines(finished, scenario.name.length + 1).join('\n'),
    problems,
    nextSeed: outcome.nextSeed,
  };
}

/** @throws UsageError when workers are wanted for what no worker can load. */
function executorFor(workplace: Workplace, scenario: Scenario, workers: number | undefined): SeedExecutor {
  if (workplace.catalogue.originOf(scenario).kind !== 'handed-over')
    return chooseExecutor(workplace, workers);
  if (workers !== undefined && workers > 1) {
    throw new UsageError(
      `campaign: "${scenario.name}" cannot be sent to ${workers} worker threads; say with \`module\` which ES module exports it`,
    );
  }
  return inProcessExecutor();
}

/** @throws UsageError */
function checkOptions(options: CampaignOptions): void {
  const call = 'campaign';
  refuseUnknownOptions(call, options, OPTIONS);
  const { seeds, firstSeed, wallMillis, workers } = options;
  refuseUnless(
    seeds === undefined || isWhole(seeds, 1, FIRST_SEED_MAX),
    call,
    'seeds',
    'a whole number, 1 or more',
    seeds,
  );
  refuseUnless(
    firstSeed === undefined || isWhole(firstSeed, 0, FIRST_SEED_MAX),
    call,
    'firstSeed',
    'a whole number from 0 to 2^52',
    firstSeed,
  );
  refuseUnless(
    wallMillis === undefined || (typeof wallMillis === 'number' && wallMillis > 0),
    call,
    'wallMillis',
    'milliseconds, more than 0',
    wallMillis,
  );
  const most = workersMax();
  refuseUnless(
    workers === undefined || isWhole(workers, 1, most),
    call,
    'workers',
    `a whole number from 1 to ${most}`,
    workers,
  );
}
