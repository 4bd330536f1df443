/**
 * The worker side of a campaign. A composition root that knows the scenarios exports the function from a separate module, and
 * gives the URL of that module to the pool:
 *
 *   export const runSeeds = serveCampaignWorker([...scenarios, ...exhibits.map((exhibit) => exhibit.scenario)]);
 *
 * A user's scenario comes from the module in the task. Each thread loads that module once.
 */
import { beginRun } from './begin-run.js';
import { divertConsole } from './divert-console.js';
import type { Scenario, Wire } from './experiment.js';
import { loadScenarioModule, type ScenarioModule } from './scenario-module.js';
import { ScenarioModuleError } from './scenario-module-error.js';
import { runSeed, type SeedOutcome } from './seed-executor.js';

/** A task from the pool: plain data and one shared cell. */
export interface WorkerTask {
  readonly scenario: string;
  /** The module of the scenario and the hash of its sources; null for a built-in scenario. */
  readonly module: ModuleReference | null;
  readonly seeds: readonly string[];
  readonly countsDecisions: boolean;
  readonly wire: Wire;
  /** One Int32: the index of the current seed, which identifies the seed on which a worker died. NO_SEED: none begun. */
  readonly progress: SharedArrayBuffer;
}

export interface ModuleReference {
  /** `file:` URL. */
  readonly url: string;
  readonly sources: string;
}

/** `refused`: the user's module cannot be used. The reason is text, because an error loses its class between threads. */
export type WorkerAnswer =
  | { readonly kind: 'ran'; readonly outcomes: readonly SeedOutcome[] }
  | { readonly kind: 'refused'; readonly message: string };

export type RunSeeds = (task: WorkerTask) => Promise<WorkerAnswer>;

/** The name under which the pool looks for the function in the worker's module. */
export const WORKER_EXPORT = 'runSeeds';

/** @param scenarioNamed the scenario of a name that states all its settings (`House`). */
export function serveCampaignWorker(
  builtIn: readonly Scenario[],
  scenarioNamed: (name: string) => Scenario | null = () => null,
): RunSeeds {
  const byName = new Map(builtIn.map((scenario) => [scenario.name, scenario]));
  return async ({ scenario: name, module, seeds, countsDecisions, wire, progress }) => {
    let scenario: Scenario | undefined;
    try {
      scenario =
        module === null
          ? (byName.get(name) ?? scenarioNamed(name) ?? undefined)
          : await ownScenario(name, module);
    } catch (error) {
      if (error instanceof ScenarioModuleError) return { kind: 'refused', message: error.message };
      throw error;
    }
    if (scenario === undefined) throw new Error(`the worker knows no scenario "${name}"`);
    const cell = new Int32Array(progress);
    const outcomes: SeedOutcome[] = [];
    for (const [index, seed] of seeds.entries()) {
      Atomics.store(cell, 0, index);
      const chosen = scenario;
      outcomes.push(await beginRun(chosen, () => runSeed(chosen, { seed, countsDecisions, wire })));
    }
    return { kind: 'ran', outcomes };
  };
}

/** The loaded modules of this thread. A thread keeps a loaded module, even when its file changes. */
const loaded = new Map<string, Promise<ScenarioModule>>();

function loadOnce(url: string): Promise<ScenarioModule> {
  let module = loaded.get(url);
  if (module === undefined) {
    divertConsole();
    module = loadScenarioModule(url);
    loaded.set(url, module);
  }
  return module;
}

async function ownScenario(name: string, { url, sources }: ModuleReference): Promise<Scenario> {
  const module = await loadOnce(url);
  if (module.sources !== sources) {
    throw new ScenarioModuleError(
      `${module.shownPath} or a file that it imports has changed since the campaign began`,
    );
  }
  const scenario = module.scenarios.find((each) => each.name === name);
  if (scenario === undefined) {
    throw new ScenarioModuleError(
      `${module.shownPath} exports no scenario "${name}" when a worker thread loads it; does its name depend on something?`,
    );
  }
  return scenario;
}
