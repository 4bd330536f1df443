/** Where the seeds of a campaign run: on worker threads, also when it is one, so that a seed that hangs can be ended. */
import { availableParallelism } from 'node:os';
import { inProcessExecutor, type SeedExecutor } from '../runner/seed-executor.js';
import { workerPool } from '../runner/worker-pool.js';
import type { Session } from './session.js';

/** @param workers undefined: one per processor. */
export function chooseExecutor({ parts }: Session, workers: number | undefined): SeedExecutor {
  const { workerUrl } = parts;
  return workerUrl === null
    ? inProcessExecutor()
    : workerPool({ workerUrl, workers: workers ?? availableParallelism() });
}
