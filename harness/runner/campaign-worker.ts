/**
 * The worker side of a campaign. A composition root that knows the scenarios exports the result from a module of its
 * own, and names that module to the pool:
 *
 *   export const runSeeds = serveCampaignWorker([...scenarios, ...exhibits.map((exhibit) => exhibit.scenario)]);
 */
import type { Scenario } from './experiment.js';
import { runSeed, type SeedOutcome } from './seed-executor.js';

/** What the pool sends: plain data and one shared cell. */
export interface WorkerTask {
  readonly scenario: string;
  readonly seeds: readonly string[];
  /** One Int32: index of the seed being run, so that a worker that dies leaves word of where. NO_SEED: none begun. */
  readonly progress: SharedArrayBuffer;
}

export type RunSeeds = (task: WorkerTask) => readonly SeedOutcome[];

/** The name under which the pool looks for the function in the worker's module. */
export const WORKER_EXPORT = 'runSeeds';

export function serveCampaignWorker(scenarios: readonly Scenario[]): RunSeeds {
  const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  return ({ scenario: name, seeds, progress }) => {
    const scenario = byName.get(name);
    if (scenario === undefined) throw new Error(`the worker knows no scenario "${name}"`);
    const cell = new Int32Array(progress);
    return seeds.map((seed, index) => {
      Atomics.store(cell, 0, index);
      return runSeed(scenario, seed);
    });
  };
}
