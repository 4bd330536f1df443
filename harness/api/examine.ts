/** `examine` of the public API: does what `seismolog run <scenario> --seed N` does, and returns the result as a value. */
import type { FaultPlan } from '../faults/fault.js';
import type { House } from '../runner/catalogue.js';
import { MINIMISE_RUNS_MAX } from '../runner/examine.js';
import type { RunLimits, Scenario } from '../runner/experiment.js';
import { refuseUnknownOptions, refuseUnless } from './check-options.js';
import { examineAt } from './examine-run.js';
import { type ExaminedRun, examinedRun } from './examined-run.js';
import { checkLimits } from './find-replay.js';
import { openWorkplace, PLACE_OPTIONS, type PlaceOptions, scenarioAt } from './open-workplace.js';

export interface ExamineRunOptions extends PlaceOptions {
  /** The seed: any text that is not empty. The seeds of a campaign are whole numbers. */
  readonly seed: string;
  /** The fault plan. Absent: the plan that the seed draws. */
  readonly plan?: FaultPlan;
  /** The limits. Absent: those of the scenario. */
  readonly limits?: RunLimits;
  /** Minimises the plan of a failing run while the same anomaly stays. Absent: false. */
  readonly minimise?: boolean;
}

const OPTIONS = [
  ...PLACE_OPTIONS,
  'seed',
  'plan',
  'limits',
  'minimise',
] as const satisfies readonly (keyof ExamineRunOptions)[];

export async function examineIn(
  house: House,
  handedOver: Scenario,
  options: ExamineRunOptions,
): Promise<ExaminedRun> {
  const { seed, plan, limits, minimise = false } = options;
  refuseUnknownOptions('examine', options, OPTIONS);
  refuseUnless(
    typeof seed === 'string' && seed.trim() !== '',
    'examine',
    'seed',
    'a text that is not empty',
    seed,
  );
  const workplace = await openWorkplace(house, [handedOver], options);
  const scenario = scenarioAt(workplace, handedOver);
  const examined = await examineAt(workplace, {
    scenario,
    seed,
    ...(plan === undefined ? {} : { plan }),
    ...(limits === undefined ? {} : { limits: checkLimits(scenario, limits, '') }),
    minimiseRunsMax: minimise ? MINIMISE_RUNS_MAX : null,
  });
  return examinedRun(examined);
}
