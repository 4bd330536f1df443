/** Chooses where the seeds of a campaign run: on worker threads, even with one worker, so that a seed that hangs can be ended. */
import { availableParallelism } from 'node:os';
import { inProcessExecutor, type SeedExecutor, type SeedOptions } from '../runner/seed-executor.js';
import { workerPool } from '../runner/worker-pool.js';
import type { Workplace } from './workplace.js';

/** @param workers undefined: one per processor. */
export function chooseExecutor(
  { house, catalogue }: Workplace,
  workers: number | undefined,
  { countsDecisions = false, wire = 'typed' }: Omit<SeedOptions, 'seed'> = {},
): SeedExecutor {
  const { workerUrl } = house;
  return workerUrl === null
    ? inProcessExecutor({ countsDecisions, wire })
    : workerPool({
        workerUrl,
        workers: workers ?? availableParallelism(),
        countsDecisions,
        wire,
        moduleOf: (scenario) => {
          const { module } = catalogue.originOf(scenario);
          // The scenarios contain functions, which cannot be sent to another thread.
          return module === null ? null : { url: module.url, sources: module.sources };
        },
      });
}
