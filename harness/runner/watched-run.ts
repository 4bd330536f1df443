/**
 * One run in the calling thread, ended when it hangs in one event. On a worker thread `seed-watch.ts` sees to that from
 * outside; here nothing of ours gets a turn, so it is the engine that watches (`node:vm` with a timeout, a twentieth of a
 * millisecond per run). Events without end are no case for this: the run ends itself, see `kernel/livelock.ts`.
 *
 * The engine ends a run without its `finally` blocks. All that outlives a run is the guard's word that a simulation is
 * under way, and that is taken back here.
 */
import { Script } from 'node:vm';
import { leaveEverySimulation } from '../kernel/guard.js';
import { executeRun, type RunOptions, type RunResult } from './execute-run.js';
import type { Scenario } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';
import { SEED_WALL_MILLIS_MAX } from './seed-watch.js';

/** A run that hung. What kept it busy cannot be told: the engine names no place. */
export class HungRun extends HarnessFailure {
  constructor(scenario: Scenario, seed: string, wallMillisMax: number) {
    super(
      `running ${scenario.name}`,
      `seed ${seed} had not ended after ${wallMillisMax / 1000} s, so it was ended; one event of it hangs`,
    );
    this.name = 'HungRun';
  }
}

const CALL = Symbol.for('seismolog.watched-run');
const script = new Script("globalThis[Symbol.for('seismolog.watched-run')]?.()");

/** @throws HungRun, and what `executeRun` throws. */
export function executeWatched(
  scenario: Scenario,
  options: RunOptions,
  wallMillisMax = SEED_WALL_MILLIS_MAX,
): RunResult {
  let result: RunResult | null = null;
  Reflect.set(globalThis, CALL, () => {
    result = executeRun(scenario, options);
  });
  try {
    script.runInThisContext({ timeout: wallMillisMax });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    leaveEverySimulation();
    throw new HungRun(scenario, options.seed, wallMillisMax);
  } finally {
    Reflect.deleteProperty(globalThis, CALL);
  }
  // Where the caller lives in a context of its own (a test runner's), the script found nothing to call.
  return result ?? executeRun(scenario, options);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
