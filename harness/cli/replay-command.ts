/** `seismolog replay`: a token or a plan file, run again bit for bit and written out in full. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { drawPlan } from '../faults/arbitrary.js';
import { PlanError, parseJson } from '../faults/plan.js';
import { fullLimits } from '../runner/execute-run.js';
import type { RunLimits, Scenario } from '../runner/experiment.js';
import { decodeReplayToken, looksLikeToken, type Replay } from '../runner/replay-token.js';
import { RunDirectoryError, runDirectoryPath, writePlan } from '../runner/run-directory.js';
import { type PlanDocument, planDocument, validatePlanDocument } from '../runner/run-documents.js';
import { UsageError } from './exit-code.js';
import { allScenarios, findByName } from './find-scenario.js';
import type { Session } from './session.js';
import { runOnce } from './single-run.js';

export interface ReplayCommandOptions {
  readonly scenario?: string;
  readonly seed?: string;
  readonly minimise?: boolean;
  readonly json?: boolean;
}

export async function replayCommand(
  session: Session,
  what: string,
  options: ReplayCommandOptions,
): Promise<number> {
  const { json = false, minimise = false } = options;
  const path = planPath(what);
  if (path === null) {
    const replay = decodeReplayToken(what);
    for (const name of ['scenario', 'seed'] as const) {
      if (options[name] !== undefined)
        throw new UsageError(`--${name} goes with a plan; a token names its own ${name}: ${replay[name]}`);
    }
    const scenario = scenarioOf(session, replay.scenario);
    refuseOtherCode(session, scenario, replay);
    return runOnce(session, {
      scenario,
      seed: replay.seed,
      ...(replay.plan === null ? {} : { plan: replay.plan }),
      ...(replay.limits === null ? {} : { limits: checkLimits(scenario, replay.limits, '') }),
      seenDigest: replay.digest,
      minimise,
      json,
    });
  }
  const plan = readPlan(path);
  const scenario = scenarioOf(session, options.scenario ?? plan.scenario ?? noScenario(path));
  try {
    return await runOnce(session, {
      scenario,
      seed: options.seed ?? plan.seed ?? '1',
      plan: { version: 1, faults: plan.faults },
      ...(plan.limits === undefined ? {} : { limits: checkLimits(scenario, plan.limits, `${path}: `) }),
      minimise,
      json,
    });
  } catch (error) {
    throw error instanceof PlanError ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

/** Null for a token. A run directory stands for its plan. */
function planPath(what: string): string | null {
  if (existsSync(what)) {
    const path = statSync(what).isDirectory() ? join(what, 'plan.json') : what;
    if (existsSync(path)) return path;
    throw new UsageError(`${what} is a directory without a plan.json`);
  }
  if (looksLikeToken(what)) return null;
  throw new UsageError(
    /[/\\]|\.json$/.test(what)
      ? `there is no file ${what}`
      : `"${what}" is neither a replay token (those begin with "sl1-") nor a file`,
  );
}

function readPlan(path: string): PlanDocument {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return validatePlanDocument(parseJson(text));
  } catch (error) {
    throw error instanceof PlanError ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

function noScenario(path: string): never {
  throw new UsageError(`${path} names no scenario; say which with --scenario (seismolog list shows them)`);
}

function scenarioOf(session: Session, name: string): Scenario {
  return findByName('scenario', name, allScenarios(session.parts), (scenario) => scenario.name);
}

function checkLimits(scenario: Scenario, limits: RunLimits, where: string): RunLimits {
  const removable = scenario.removableHosts ?? [];
  const wrong = limits.without.find((host) => !removable.includes(host));
  if (wrong !== undefined) {
    throw new UsageError(
      `${where}limits.without: ${scenario.name} cannot do without "${wrong}"; it can without ${removable.join(', ') || 'nobody'}`,
    );
  }
  if (limits.durationMicros > scenario.durationMicros) {
    throw new UsageError(
      `${where}limits.durationMicros: ${limits.durationMicros} is beyond the ${scenario.durationMicros} of ${scenario.name}`,
    );
  }
  return limits;
}

/** Other code may take another course with the same seed; only the plan is worth trying. */
function refuseOtherCode(session: Session, scenario: Scenario, replay: Replay): void {
  if (replay.fingerprint === session.fingerprint) return;
  const kept = join(runDirectoryPath(session.runsDirectory, scenario.name, replay.seed), 'plan.json');
  const isKept = replay.plan === null && existsSync(kept);
  const otherCode = `this token was made by other code (${replay.fingerprint}; this is ${session.fingerprint}), so the seed may take another course.`;
  const path = isKept ? kept : writeTokenPlan(session, scenario, replay, otherCode);
  const origin = isKept
    ? 'The plan of an earlier run of that seed is in'
    : replay.plan === null
      ? 'The token carries no plan; the one that this code draws for its seed is now in'
      : 'Its plan is now in';
  throw new UsageError(
    [
      otherCode,
      `${origin} ${session.shownPath(path)}. To try that plan with this code:`,
      `  npx seismolog replay ${session.shownPath(path)}`,
    ].join('\n'),
  );
}

/** Where it cannot be written it is shown: the plan is all that is left of the run. */
function writeTokenPlan(session: Session, scenario: Scenario, replay: Replay, otherCode: string): string {
  const plan = replay.plan ?? drawPlan(scenario.plan, replay.seed);
  const document = planDocument(scenario.name, replay.seed, plan, replay.limits ?? fullLimits(scenario));
  try {
    return writePlan(session.runsDirectory, scenario.name, replay.seed, document);
  } catch (error) {
    if (!(error instanceof RunDirectoryError)) throw error;
    throw new UsageError(
      `${otherCode}\nIts plan is this (${error.message}); \`seismolog replay\` takes it from a file:\n${JSON.stringify(document)}`,
    );
  }
}
