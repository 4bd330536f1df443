/**
 * Runs seeds on worker threads (piscina). When a worker dies (out of memory, an exit, a stack overflow in native code) or hangs
 * on a seed, only its chunk is affected: the current seed becomes an incident, and the other seeds run again on a new worker.
 * Runs are pure, so running some of them twice changes nothing. An interrupted campaign waits for the running chunks, which
 * are short, but not for a chunk that hangs.
 */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import {
  type ModuleReference,
  WORKER_EXPORT,
  type WorkerAnswer,
  type WorkerTask,
} from './campaign-worker.js';
import type { Scenario, Wire } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';
import { ScenarioModuleError } from './scenario-module-error.js';
import type { SeedExecutor } from './seed-executor.js';
import { NO_SEED, SEED_WALL_MILLIS_MAX, SeedWatch } from './seed-watch.js';

/**
 * The size of V8's young generation, four times the default. A larger one means fewer copies of live objects by the
 * collector's threads, which compete with other workers. It costs a worker about 90 MiB.
 */
const YOUNG_GENERATION_MB = 192;

export interface WorkerPoolOptions {
  /** The module that exports `runSeeds` (`campaign-worker.ts`). */
  readonly workerUrl: URL;
  readonly workers: number;
  /** The module of a scenario; null: the scenario is built in. Absent: all scenarios are built in. */
  readonly moduleOf?: (scenario: Scenario) => ModuleReference | null;
  /** Counts the answers to decisions. Absent: no. */
  readonly countsDecisions?: boolean;
  /** What connections carry. Absent: typed values. */
  readonly wire?: Wire;
  /** The wall-time limit of a seed. A seed that takes longer is ended and reported. */
  readonly seedWallMillisMax?: number;
}

export function workerPool({
  workerUrl,
  workers,
  moduleOf = () => null,
  countsDecisions = false,
  wire = 'typed',
  seedWallMillisMax: wallMillisMax = SEED_WALL_MILLIS_MAX,
}: WorkerPoolOptions): SeedExecutor {
  const pool = new Piscina<WorkerTask, WorkerAnswer>({
    filename: workerUrl.href,
    name: WORKER_EXPORT,
    minThreads: workers,
    maxThreads: workers,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    // A worker that runs from TypeScript sources needs the tsx loader.
    ...(workerUrl.pathname.endsWith('.ts') ? { execArgv: ['--import', 'tsx'] } : {}),
  });
  // Piscina emits errors on the pool in addition to rejecting the task.
  pool.on('error', () => {});
  const run: SeedExecutor['run'] = async (scenario, seeds, interrupt) => {
    if (seeds.length === 0) return [];
    const progress = new SharedArrayBuffer(4);
    const cell = new Int32Array(progress);
    cell[0] = NO_SEED;
    const watch = new SeedWatch({ cell, wallMillisMax, interrupt });
    try {
      const { name } = scenario;
      const module = moduleOf(scenario);
      const task: WorkerTask = { scenario: name, module, seeds, countsDecisions, wire, progress };
      const answer = await pool.run(task, { signal: watch.signal });
      if (answer.kind === 'refused') throw new ScenarioModuleError(answer.message);
      return answer.outcomes;
    } catch (error) {
      if (error instanceof ScenarioModuleError) throw error;
      const index = Atomics.load(cell, 0);
      if (index === NO_SEED)
        throw new HarnessFailure(`starting a worker (${fileURLToPath(workerUrl)})`, error);
      const before = await run(scenario, seeds.slice(0, index), interrupt);
      if (watch.isAbandoned || before.length < index) return before;
      const message = watch.signal.aborted
        ? `it had not ended after ${wallMillisMax / 1000} s, so its worker was ended`
        : `its worker died: ${error instanceof Error ? error.message : String(error)}`;
      return [
        ...before,
        { kind: 'incident', seed: seeds[index]!, message },
        ...(await run(scenario, seeds.slice(index + 1), interrupt)),
      ];
    } finally {
      watch.stop();
    }
  };
  return { concurrency: workers, run, close: () => pool.destroy() };
}
