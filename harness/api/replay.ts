/** `replay` of the public API: does what `seismolog replay` does, and returns the result as a value. */
import type { House } from '../runner/catalogue.js';
import { MINIMISE_RUNS_MAX } from '../runner/examine.js';
import type { Scenario } from '../runner/experiment.js';
import { refuseUnknownOptions, refuseUnless } from './check-options.js';
import { examineAt } from './examine-run.js';
import { type ExaminedRun, examinedRun } from './examined-run.js';
import { findReplay } from './find-replay.js';
import { openWorkplace, PLACE_OPTIONS, type PlaceOptions, scenarioAt } from './open-workplace.js';

export interface ReplayOptions extends PlaceOptions {
  /** The scenario of the token or plan, when neither the package nor `module` has it; also for a plan without a scenario. */
  readonly scenario?: Scenario;
  /** The seed in place of the plan's. Not allowed with a token, which has a seed. */
  readonly seed?: string;
  /** Minimises the plan of a failing run while the same anomaly stays. Absent: false. */
  readonly minimise?: boolean;
}

const OPTIONS = [
  ...PLACE_OPTIONS,
  'scenario',
  'seed',
  'minimise',
] as const satisfies readonly (keyof ReplayOptions)[];

export async function replayIn(house: House, what: string, options: ReplayOptions): Promise<ExaminedRun> {
  const { scenario, seed, minimise = false } = options;
  refuseUnknownOptions('replay', options, OPTIONS);
  refuseUnless(
    typeof what === 'string',
    'replay',
    'its first argument',
    'a token or the path of a plan',
    what,
  );
  const workplace = await openWorkplace(house, scenario === undefined ? [] : [scenario], options);
  const { run } = findReplay(workplace, what, {
    ...(scenario === undefined ? {} : { planScenario: scenarioAt(workplace, scenario).name }),
    ...(seed === undefined ? {} : { seed }),
  });
  return examinedRun(
    await examineAt(workplace, { ...run, minimiseRunsMax: minimise ? MINIMISE_RUNS_MAX : null }),
  );
}
