/**
 * Runs seeds on worker threads (piscina). A worker that dies (out of memory, an exit, a stack used up in native code)
 * takes only its chunk with it: the seed it was on is an incident, its other seeds run again on a new worker. Runs
 * are pure, so running some twice changes nothing. An interrupted campaign waits for the chunks under way: they are short.
 */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { WORKER_EXPORT, type WorkerTask } from './campaign-worker.js';
import type { Scenario } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';
import type { SeedExecutor, SeedOutcome } from './seed-executor.js';

export interface WorkerPoolOptions {
  /** Module that exports `runSeeds` (`campaign-worker.ts`). */
  readonly workerUrl: URL;
  readonly workers: number;
}

export function workerPool({ workerUrl, workers }: WorkerPoolOptions): SeedExecutor {
  const pool = new Piscina<WorkerTask, readonly SeedOutcome[]>({
    filename: workerUrl.href,
    name: WORKER_EXPORT,
    minThreads: workers,
    maxThreads: workers,
    // From sources the worker needs the loader that this process runs under; Node passes it on by itself.
    ...(workerUrl.pathname.endsWith('.ts') ? { execArgv: ['--import', 'tsx'] } : {}),
  });
  // Piscina repeats on the pool what it also says to each task.
  pool.on('error', () => {});
  const run = async (scenario: Scenario, seeds: readonly string[]): Promise<readonly SeedOutcome[]> => {
    if (seeds.length === 0) return [];
    const progress = new SharedArrayBuffer(4);
    const cell = new Int32Array(progress);
    cell[0] = -1;
    try {
      return await pool.run({ scenario: scenario.name, seeds, progress });
    } catch (error) {
      const index = Atomics.load(cell, 0);
      if (index < 0) throw new HarnessFailure(`starting a worker (${fileURLToPath(workerUrl)})`, error);
      const message = `its worker died: ${error instanceof Error ? error.message : String(error)}`;
      return [
        ...(await run(scenario, seeds.slice(0, index))),
        { kind: 'incident', seed: seeds[index]!, message },
        ...(await run(scenario, seeds.slice(index + 1))),
      ];
    }
  };
  return { concurrency: workers, run, close: () => pool.destroy() };
}
