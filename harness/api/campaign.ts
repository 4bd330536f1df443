/** `campaign` of the public API: runs one scenario as `seismolog run` does, and returns the result as a value. */
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
   * The number of seeds, 1 or more. Absent: 50, or with `wallMillis` as many as fit into that time. A scenario that is expected
   * to break gets the number of seeds that it allows itself, and ends at the first run that breaks.
   */
  readonly seeds?: number;
  /** The first seed, 0 to 2^52; the others follow it in steps of 1. Absent: 1. */
  readonly firstSeed?: number;
  /** The wall time in milliseconds after which no further seeds are begun. Absent: no limit. */
  readonly wallMillis?: number;
  /** Worker threads, 1 to 8 per processor. Absent: one per processor. */
  readonly workers?: number;
  /** Ends at the first run that is not valid. Absent: false. */
  readonly stopAtFailure?: boolean;
  /** Minimises the plan of the first failing run. Absent: true. */
  readonly minimise?: boolean;
  /** Called after each batch of seeds with the number of runs and the number of runs that broke the promise. */
  readonly onProgress?: (runs: number, invalid: number) => void;
}

export interface CampaignResult {
  /** The verdict. It is `valid` also for a scenario that was expected to break and did. */
  readonly verdict: Verdict;
  /** The document that `seismolog run --json` prints; `docs/output.md` lists its fields. */
  readonly document: CampaignDocument;
  /** The first failing run, minimised and repeated with a full trace; null when none failed. */
  readonly failure: ExaminedRun | null;
  /** The text that `seismolog run` prints: counts, or the failure with its story and replay line. Use it as a test's message. */
  readonly text: string;
  /** Problems that do not affect the verdict, for example a run directory that could not be written. */
  readonly problems: readonly string[];
  /** The first seed that was not run: another campaign can continue there. */
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
    // During minimisation `failures` is null: its runs are not counted here.
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

/** @throws UsageError when workers are requested for a scenario that no worker can load. */
function executorFor(workplace: Workplace, scenario: Scenario, workers: number | undefined): SeedExecutor {
  if (workplace.catalogue.originOf(scenario).kind !== 'handed-over')
    return chooseExecutor(workplace, workers);
  if (workers !== undefined && workers > 1) {
    throw new UsageError(
      `campaign: "${scenario.name}" cannot be sent to ${workers} worker threads; name the ES module that exports it with \`module\``,
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
