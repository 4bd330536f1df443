/** `seismolog museum`: the general scenarios must find each exhibit's bug, and must be valid with the right rule. */
import { chooseExecutor } from '../api/choose-executor.js';
import { findByName } from '../api/find-by-name.js';
import { plural } from '../api/plural.js';
import { INDENT } from '../api/story-lines.js';
import { runCampaign } from '../runner/campaign.js';
import { MINIMISE_RUNS_MAX, tellingAnomaly } from '../runner/examine.js';
import { executeRun, forbiddenAnomalies } from '../runner/execute-run.js';
import type { Exhibit } from '../runner/exhibit.js';
import type { Scenario } from '../runner/experiment.js';
import type { SeedExecutor } from '../runner/seed-executor.js';
import { EXIT } from './exit-code.js';
import type { Session } from './session.js';

export interface MuseumCommandOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

/** One element of `museum --json`. */
export interface ExhibitDocument {
  readonly id: string;
  readonly title: string;
  readonly found: boolean;
  /** The number of runs until the bug was found, or of all runs. */
  readonly seeds: number;
  readonly cpuSeconds: number;
  readonly faultsInMinimalPlan: number | null;
  /** The name of the anomaly that showed the bug. */
  readonly checker: string | null;
  readonly replay: string | null;
  /** True when the same seed is valid with the right rule; null when the bug was not found. */
  readonly greenAgain: boolean | null;
}

export async function museumCommand(
  session: Session,
  id: string | undefined,
  options: MuseumCommandOptions,
): Promise<number> {
  const { exhibits } = session.house;
  const chosen = id === undefined ? exhibits : [findByName('exhibit', id, exhibits, (exhibit) => exhibit.id)];
  const executor = chooseExecutor(session, options.workers);
  const documents: ExhibitDocument[] = [];
  const problems: string[] = [];
  try {
    await session.interruptible(async () => {
      for (const exhibit of chosen) {
        if (session.signal.aborted) return;
        const document = await show(session, exhibit, executor, problems);
        documents.push(document);
        if (options.json !== true) session.print(exhibitLines(exhibit, document));
      }
    });
  } finally {
    await executor.close();
  }
  if (options.json === true) session.printJson(documents);
  else
    session.print([
      `${documents.filter((document) => document.found).length} of ${plural(chosen.length, 'exhibit')} found`,
    ]);
  for (const problem of problems) session.terminal.err(`${problem}\n`);
  const code = exitCode(documents, chosen.length);
  return code === EXIT.valid && problems.length > 0 ? EXIT.harnessFailed : code;
}

/** The exit code. A bug that is not found means that the harness is not reliable; a failure with the right rule is a finding. */
function exitCode(documents: readonly ExhibitDocument[], expected: number): number {
  if (documents.some((document) => document.greenAgain === false)) return EXIT.invalid;
  return documents.length === expected && documents.every((document) => document.found)
    ? EXIT.valid
    : EXIT.unknown;
}

async function show(
  session: Session,
  exhibit: Exhibit,
  executor: SeedExecutor,
  problems: string[],
): Promise<ExhibitDocument> {
  const begun = process.cpuUsage();
  const { id, title } = exhibit;
  const scenario: Scenario = { ...exhibit.scenario, expect: 'invalid', expectedAnomalies: exhibit.checkers };
  const progress = session.beginProgress(id, exhibit.seedsAtMost);
  const { tally } = await runCampaign({
    scenario,
    firstSeed: 1,
    seeds: exhibit.seedsAtMost,
    wallMillis: null,
    stopAtFailure: false,
    executor,
    signal: session.signal,
    onProgress: (books) => progress.update(books.runs, books.verdicts.invalid),
  }).finally(() => progress.stop());
  for (const { seed, message } of tally.incidents) {
    problems.push(`the harness failed on seed ${seed} of ${scenario.name}: ${message}`);
  }
  const { found } = tally;
  const { user, system } = process.cpuUsage(begun);
  const effort = { seeds: tally.runs, cpuSeconds: Math.round((user + system) / 1000) / 1000 };
  if (found === null) {
    return {
      id,
      title,
      found: false,
      ...effort,
      faultsInMinimalPlan: null,
      checker: null,
      replay: null,
      greenAgain: null,
    };
  }
  const examined = await session.examine({ scenario, seed: found.seed, minimiseRunsMax: MINIMISE_RUNS_MAX });
  problems.push(...examined.problems);
  const { result, document } = examined;
  const right = executeRun(exhibit.right, { seed: found.seed });
  return {
    id,
    title,
    found: true,
    ...effort,
    faultsInMinimalPlan: result.plan.faults.length,
    checker: tellingAnomaly(scenario, result),
    replay: document.replay,
    greenAgain: right.verdict === 'valid' && forbiddenAnomalies(right.anomalies).length === 0,
  };
}

function exhibitLines(exhibit: Exhibit, document: ExhibitDocument): readonly string[] {
  const head = `${exhibit.id.padEnd(28)} ${exhibit.title}`;
  if (!document.found) {
    return [head, `${INDENT}not found in ${plural(document.seeds, 'run')} of ${exhibit.scenario.name}`];
  }
  const plan = plural(document.faultsInMinimalPlan ?? 0, 'fault');
  return [
    head,
    `${INDENT}found by ${document.checker} after ${plural(document.seeds, 'run')} (${document.cpuSeconds.toFixed(1)} cpu s); ${plan} in the minimal plan`,
    `${INDENT}with the right rule: ${document.greenAgain === true ? 'valid' : 'NOT valid'}`,
    `${INDENT}replay   npx seismolog replay ${document.replay}`,
  ];
}
