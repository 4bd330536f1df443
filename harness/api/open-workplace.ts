/** The workplace of one call: whichever way the caller has his scenarios, from here on it is the command line's. */
import { Catalogue, type House } from '../runner/catalogue.js';
import { checkScenario } from '../runner/check-scenario.js';
import type { Scenario } from '../runner/experiment.js';
import { loadScenarioModule } from '../runner/scenario-module.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

/** What every call takes. */
export interface PlaceOptions {
  /**
   * The ES module that exports the scenario: a path, or a `file:` URL such as `new URL('./my-scenarios.mjs',
   * import.meta.url)`. It must be one that Node itself can load. Worker threads and the replay line need it; absent, a
   * scenario that is not built in runs in the calling thread alone.
   */
  readonly module?: string | URL;
  /** Where run directories with their reports are written. Absent: nothing is written. */
  readonly runsDirectory?: string;
  /** Aborting it ends the work after the run under way; what is done by then is the result. */
  readonly signal?: AbortSignal;
}

export const PLACE_OPTIONS = ['module', 'runsDirectory', 'signal'] as const;

export type PlaceProgress = (name: string, done: number, failures: number | null) => void;

export async function openWorkplace(
  house: House,
  handedOver: readonly Scenario[],
  options: PlaceOptions,
  onProgress: PlaceProgress = () => {},
): Promise<Workplace> {
  const { module, runsDirectory, signal } = options;
  if (runsDirectory !== undefined && (typeof runsDirectory !== 'string' || runsDirectory.trim() === '')) {
    throw new UsageError('runsDirectory must be the path of a directory, or absent');
  }
  const loaded = module === undefined ? null : await loadScenarioModule(module);
  for (const scenario of handedOver) checkScenario(scenario, 'the scenario');
  return {
    house,
    // What the module exports under the name is what the threads run, so it is what runs here.
    catalogue: new Catalogue(house, loaded, loaded === null ? handedOver : []),
    runsDirectory: runsDirectory ?? null,
    signal: signal ?? new AbortController().signal,
    beginProgress: (name) => ({
      update: (done, failures) => onProgress(name, done, failures),
      stop: () => {},
    }),
  };
}

/** The scenario to run for the one that was handed over: of a module, the one that the module has under its name. */
export function scenarioAt({ house, catalogue }: Workplace, handedOver: Scenario): Scenario {
  const { module } = catalogue;
  if (module === null) return handedOver;
  const exported = module.scenarios.find(({ name }) => name === handedOver.name);
  if (exported !== undefined) return exported;
  const builtIn = [...house.scenarios, ...house.exhibits.map(({ scenario }) => scenario)];
  if (builtIn.includes(handedOver)) return handedOver;
  const names = module.scenarios.map(({ name }) => name).join(', ');
  throw new UsageError(`${module.shownPath} exports no scenario "${handedOver.name}"; it has ${names}`);
}
