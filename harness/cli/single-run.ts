/** One run, looked at closely and printed: what `replay` does, and `run` with one seed. */
import type { FaultPlan } from '../faults/fault.js';
import { type Examined, MINIMISE_RUNS_MAX } from '../runner/examine.js';
import type { RunLimits, Scenario } from '../runner/experiment.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { plural } from './plural.js';
import { reportPathOf } from './report-path.js';
import type { Session } from './session.js';
import { anomalyNames, replayLine, storyLines } from './story-lines.js';

export interface SingleRunOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly plan?: FaultPlan;
  readonly limits?: RunLimits;
  readonly seenDigest?: string | null;
  readonly minimise: boolean;
  readonly json: boolean;
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
  const examined = minimise ? await session.interruptible(examine) : await examine();
  if (json) {
    session.printJson(examined.document);
    for (const problem of [...examined.problems, ...examined.result.remarks])
      session.terminal.err(`${problem}\n`);
  } else {
    session.print(singleRunLines(session, examined));
  }
  return exitCode(examined);
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
