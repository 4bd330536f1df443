/** One run, looked at closely and printed: what `replay` does, and `run` with one seed. */
import type { FaultPlan } from '../faults/fault.js';
import { type Examined, MINIMISE_RUNS_MAX } from '../runner/examine.js';
import type { RunLimits, Scenario } from '../runner/experiment.js';
import type { CampaignDocument } from '../runner/run-data.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { writeJUnit } from './junit.js';
import { plural } from './plural.js';
import { reportPathOf } from './report-path.js';
import type { Session } from './session.js';
import { anomalyNames, openWords, replayLine, storyLines } from './story-lines.js';

export interface SingleRunOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly plan?: FaultPlan;
  readonly limits?: RunLimits;
  readonly seenDigest?: string | null;
  readonly minimise: boolean;
  readonly json: boolean;
  /** File for the verdict as JUnit XML. */
  readonly junit?: string;
}

export async function runOnce(session: Session, options: SingleRunOptions): Promise<number> {
  const { scenario, seed, plan, limits, seenDigest = null, minimise, json } = options;
  const examine = () =>
    session.examine({
      scenario,
      seed,
      ...(plan === undefined ? {} : { plan }),
      ...(limits === undefined ? {} : { limits }),
      seenDigest,
      minimiseRunsMax: minimise ? MINIMISE_RUNS_MAX : null,
    });
  // A single run does not breathe: who listened for Ctrl-C would only keep it from ending a run that hangs.
  const run = minimise ? await session.interruptible(examine) : await examine();
  const junitProblem =
    options.junit === undefined
      ? null
      : writeJUnit(options.junit, [asCampaign(run)], run.document.wallSeconds);
  const examined = junitProblem === null ? run : { ...run, problems: [...run.problems, junitProblem] };
  if (json) {
    session.printJson(examined.document);
    const { results, result, problems } = examined;
    const open = results.unknownBecause.map((reason) => `${openWords(results.verdict)} ${reason}`);
    for (const line of [...open, ...problems, ...result.remarks]) session.terminal.err(`${line}\n`);
  } else {
    session.print(singleRunLines(session, examined));
  }
  return exitCode(examined);
}

/** Its verdict is that of the run: one run is not asked for all the faults that a campaign must have seen. */
function asCampaign({ document, results }: Examined): CampaignDocument {
  const { scenario, verdict, virtualSeconds, wallSeconds, faults } = document;
  return {
    scenario,
    promise: results.promise,
    verdict,
    unknownBecause: results.unknownBecause,
    runs: 1,
    valid: verdict === 'valid' ? 1 : 0,
    invalid: verdict === 'invalid' ? 1 : 0,
    unknown: verdict === 'unknown' ? 1 : 0,
    virtualSeconds,
    wallSeconds,
    failures: verdict === 'valid' ? [] : [document],
    faults,
    marks: results.marks,
  };
}

/** A verdict outweighs a directory that could not be written. */
function exitCode({ document, problems }: Examined): number {
  return problems.length > 0 && document.verdict === 'valid'
    ? EXIT.harnessFailed
    : exitCodeOf(document.verdict);
}

/** The first line and the last but the report say how to see it again. */
function singleRunLines(session: Session, examined: Examined): readonly string[] {
  const { document, results } = examined;
  const anomalies = anomalyNames(document.anomalies);
  return [
    `${document.scenario}, seed ${document.seed}`,
    replayLine(document),
    `    promise  ${results.promise}`,
    `    digest   ${document.digest}`,
    ...document.faults.map(
      ({ kind, configured, fired, mattered }) =>
        `    fault    ${kind}: ${configured} configured, ${fired} fired, ${mattered} mattered`,
    ),
    ...(results.minimisation === undefined
      ? []
      : results.minimisation.log.map((step) => `    smaller  ${step}`)),
    ...storyLines(examined, reportPathOf(session, examined)),
    `${document.verdict}${anomalies === '' ? '' : `: ${anomalies}`} · ${plural(document.records, 'record')} · ${plural(document.events, 'event')} · ${document.virtualSeconds.toFixed(1)} virtual s in ${document.wallSeconds.toFixed(2)} s`,
  ];
}
