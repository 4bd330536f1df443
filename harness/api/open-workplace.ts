/** Opens the workplace of one call. The scenarios may be handed over or come from a module, as on the command line. */
import { Catalogue, type House } from '../runner/catalogue.js';
import { checkScenario } from '../runner/check-scenario.js';
import type { Scenario } from '../runner/experiment.js';
import { loadScenarioModule } from '../runner/scenario-module.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

/** The options of every call. */
export interface PlaceOptions {
  /**
   * The ES module that exports the scenario: a path, or a `file:` URL such as `new URL('./my-scenarios.mjs',
   * import.meta.url)`. It must be one that Node itself can load. Worker threads and the replay line need it; absent, a
   * scenario that is not built in runs in the calling thread alone.
   */
  readonly module?: string | URL;
  /** The directory for run directories with their reports. Absent: nothing is written. */
  readonly runsDirectory?: string;
  /** Aborting it ends the work after the current run; the result covers the finished runs. */
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
    // Worker threads run the scenario that the module exports under the name, so this thread runs the same.
    catalogue: new Catalogue(house, loaded, loaded === null ? handedOver : []),
    runsDirectory: runsDirectory ?? null,
    signal: signal ?? new AbortController().signal,
    beginProgress: (name) => ({
      update: (done, failures) => onProgress(name, done, failures),
      stop: () => {},
    }),
  };
}

/** The scenario to run: with a module, the scenario that the module exports under the name of the one handed over. */
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
