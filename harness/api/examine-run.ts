/** Examines one run with `runner/examine.ts` and the settings of the workplace. */
import { type Examined, type ExamineOptions, examineRun } from '../runner/examine.js';
import type { Workplace } from './workplace.js';

export type RunToExamine = Pick<
  ExamineOptions,
  'scenario' | 'seed' | 'plan' | 'limits' | 'minimiseRunsMax' | 'seen'
>;

export async function examineAt(workplace: Workplace, run: RunToExamine): Promise<Examined> {
  const { house, catalogue, runsDirectory, signal } = workplace;
  const { scenario, minimiseRunsMax } = run;
  const origin = catalogue.originOf(scenario);
  const progress =
    minimiseRunsMax === null
      ? null
      : workplace.beginProgress(`${scenario.name}, minimising`, minimiseRunsMax);
  try {
    return await examineRun({
      ...run,
      origin,
      runsDirectory,
      renderReport: house.renderReport,
      versions: { seismolog: house.version, node: process.version, code: origin.fingerprint },
      shouldStop: () => signal.aborted,
      onProgress: (runs) => progress?.update(runs, null),
    });
  } finally {
    progress?.stop();
  }
}
