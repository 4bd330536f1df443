/** Examines and prints one run, for `replay` and for `run` with one seed. */
import type { RunToExamine } from '../api/examine-run.js';
import { runLines } from '../api/run-lines.js';
import { openWords } from '../api/story-lines.js';
import { AvailabilityTally } from '../runner/availability-tally.js';
import { type Examined, MINIMISE_RUNS_MAX } from '../runner/examine.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { type JUnitFile, writeJUnit } from './junit.js';
import type { Session } from './session.js';

export interface SingleRunOptions extends Omit<RunToExamine, 'minimiseRunsMax'> {
  readonly minimise: boolean;
  readonly json: boolean;
  /** The JUnit file for the verdict. */
  readonly junit?: JUnitFile;
}

export async function runOnce(session: Session, options: SingleRunOptions): Promise<number> {
  const { minimise, json, junit, ...run } = options;
  const examine = () => session.examine({ ...run, minimiseRunsMax: minimise ? MINIMISE_RUNS_MAX : null });
  // A single run does not yield to the event loop: a listener for Ctrl-C would only prevent Ctrl-C from ending the process.
  const seen = minimise ? await session.interruptible(examine) : await examine();
  const junitProblem =
    junit === undefined ? null : writeJUnit(junit, [asCampaign(seen)], seen.document.wallSeconds);
  const examined = junitProblem === null ? seen : { ...seen, problems: [...seen.problems, junitProblem] };
  if (json) {
    session.printJson(examined.document);
    const { results, result, problems } = examined;
    const open = results.unknownBecause.map((reason) => `${openWords(results.verdict)} ${reason}`);
    for (const line of [...open, ...problems, ...result.remarks]) session.terminal.err(`${line}\n`);
  } else {
    session.print(runLines(examined));
  }
  return exitCode(examined);
}

/** The run as a campaign. The verdict is that of the run: one run need not fire all faults that a campaign requires. */
function asCampaign({ document, results, result }: Examined): CampaignDocument {
  const { scenario, verdict, virtualSeconds, wallSeconds, faults } = document;
  const { records, recordsGone, operations } = document;
  const availability = new AvailabilityTally();
  availability.add(document.seed, document.availability);
  return {
    scenario,
    promise: results.promise,
    verdict,
    unknownBecause: results.unknownBecause,
    doubts: results.unknownBecause,
    seeds: { first: 0, count: 1 },
    runs: 1,
    valid: verdict === 'valid' ? 1 : 0,
    invalid: verdict === 'invalid' ? 1 : 0,
    unknown: verdict === 'unknown' ? 1 : 0,
    virtualSeconds,
    wallSeconds,
    records,
    recordsGone,
    availability: availability.result(),
    operations,
    failures: verdict === 'valid' ? [] : [document],
    faults,
    faultSources: result.sources,
    marks: results.marks,
  };
}

/** The exit code. A verdict takes precedence over a directory that could not be written. */
function exitCode({ document, problems }: Examined): number {
  return problems.length > 0 && document.verdict === 'valid'
    ? EXIT.harnessFailed
    : exitCodeOf(document.verdict);
}
