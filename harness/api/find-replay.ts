/** Finds the run of a token, a plan file or a run directory. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { drawPlan } from '../faults/arbitrary.js';
import { PlanError, parseJson } from '../faults/plan.js';
import { fullLimits } from '../runner/execute-run.js';
import type { RunLimits, Scenario } from '../runner/experiment.js';
import { scenariosOption } from '../runner/replay-line.js';
import { decodeReplayToken, looksLikeToken, type Replay } from '../runner/replay-token.js';
import { RunDirectoryError, runDirectoryPath, writePlan } from '../runner/run-directory.js';
import { type PlanDocument, planDocument, validatePlanDocument } from '../runner/run-documents.js';
import { shellQuoted } from '../runner/shell-quoted.js';
import { shownPath } from '../runner/shown-path.js';
import type { RunToExamine } from './examine-run.js';
import { findScenario } from './find-by-name.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

export interface ReplayChoice {
  /** The scenario for a plan without one, or in place of the plan's. */
  readonly scenario?: string;
  /** The scenario for a plan without one. It is also allowed with a token. */
  readonly planScenario?: string;
  /** The seed in place of the plan's. */
  readonly seed?: string;
}

export interface FoundReplay {
  readonly run: Omit<RunToExamine, 'minimiseRunsMax'>;
  /** The file of the plan, for error messages; null for a token. */
  readonly planPath: string | null;
}

/** @throws UsageError, or ReplayTokenError when the token cannot be read. */
export function findReplay(workplace: Workplace, what: string, choice: ReplayChoice): FoundReplay {
  const path = planPath(what);
  return path === null ? fromToken(workplace, what, choice) : fromPlan(workplace, path, choice);
}

function fromToken(workplace: Workplace, token: string, choice: ReplayChoice): FoundReplay {
  const replay = decodeReplayToken(token);
  for (const name of ['scenario', 'seed'] as const) {
    if (choice[name] !== undefined)
      throw new UsageError(`--${name} goes with a plan; a token names its own ${name}: ${replay[name]}`);
  }
  const scenario = scenarioOf(workplace, replay.scenario);
  refuseOtherCode(workplace, scenario, replay);
  const { seed, plan, limits, digest } = replay;
  return {
    run: {
      scenario,
      seed,
      ...(plan === null ? {} : { plan }),
      ...(limits === null ? {} : { limits: checkLimits(scenario, limits, '') }),
      seen: digest === null ? null : { digest, by: 'the token was made of' },
    },
    planPath: null,
  };
}

function fromPlan(workplace: Workplace, path: string, choice: ReplayChoice): FoundReplay {
  const plan = readPlan(path);
  const scenario = scenarioOf(
    workplace,
    choice.scenario ?? plan.scenario ?? choice.planScenario ?? noScenario(path),
  );
  return {
    run: {
      scenario,
      seed: choice.seed ?? plan.seed ?? '1',
      plan: { version: 1, faults: plan.faults },
      ...(plan.limits === undefined ? {} : { limits: checkLimits(scenario, plan.limits, `${path}: `) }),
    },
    planPath: path,
  };
}

/** The path of the plan file; null for a token. For a run directory it is the plan inside. */
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

function scenarioOf({ catalogue }: Workplace, name: string): Scenario {
  return findScenario(catalogue, name, catalogue.replayable);
}

/** @throws UsageError */
export function checkLimits(scenario: Scenario, limits: RunLimits, where: string): RunLimits {
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

/** Refuses a token of other code. With other code the same seed may give another run; only the plan can be tried. */
function refuseOtherCode(workplace: Workplace, scenario: Scenario, replay: Replay): void {
  const { catalogue, runsDirectory } = workplace;
  if (catalogue.isSameCode(scenario, replay.fingerprint)) return;
  const origin = catalogue.originOf(scenario);
  const withModule = origin.module === null ? '' : ` with ${origin.module.shownPath}`;
  const otherCode = `this token was made by other code (${replay.fingerprint}; this is ${origin.fingerprint}${withModule}), so the seed may take another course.`;
  const kept =
    runsDirectory === null
      ? null
      : join(runDirectoryPath(runsDirectory, scenario.name, replay.seed), 'plan.json');
  const isKept = replay.plan === null && kept !== null && existsSync(kept);
  const path = isKept ? kept : writeTokenPlan(workplace, scenario, replay, otherCode);
  const whence = isKept
    ? 'The plan of an earlier run of that seed is in'
    : replay.plan === null
      ? 'The token carries no plan; the one that this code draws for its seed is now in'
      : 'Its plan is now in';
  throw new UsageError(
    [
      otherCode,
      `${whence} ${shownPath(path)}. To try that plan with this code:`,
      `  npx seismolog replay ${shellQuoted(shownPath(path))}${scenariosOption(origin)}`,
    ].join('\n'),
  );
}

/** Writes the plan of a token to a file. When that fails, the message contains the plan, because only the plan can be reused. */
function writeTokenPlan(
  { runsDirectory }: Workplace,
  scenario: Scenario,
  replay: Replay,
  otherCode: string,
): string {
  const plan = replay.plan ?? drawPlan(scenario.plan, replay.seed);
  const document = planDocument(scenario.name, replay.seed, plan, replay.limits ?? fullLimits(scenario));
  const shown = (why: string): UsageError =>
    new UsageError(
      `${otherCode}\nIts plan is this${why}; \`seismolog replay\` takes it from a file:\n${JSON.stringify(document)}`,
    );
  if (runsDirectory === null) throw shown('');
  try {
    return writePlan(runsDirectory, scenario.name, replay.seed, document);
  } catch (error) {
    throw error instanceof RunDirectoryError ? shown(` (${error.message})`) : error;
  }
}
