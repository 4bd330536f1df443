/**
 * One run in the calling thread, which is ended when it hangs in one event. Worker threads are watched from outside by
 * `seed-watch.ts`. In the calling thread no other code runs meanwhile, so the engine watches the run (`node:vm` with a timeout,
 * at a cost of a twentieth of a millisecond per run). A livelock ends by itself: see `kernel/livelock.ts`.
 *
 * The engine ends a run without running its `finally` blocks. The only state that outlives a run is the guard's counter of
 * running simulations, which is reset here.
 */
import { Script } from 'node:vm';
import { leaveEverySimulation } from '../kernel/guard.js';
import { executeRun, type RunOptions, type RunResult } from './execute-run.js';
import type { Scenario } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';
import { SEED_WALL_MILLIS_MAX } from './seed-watch.js';

/** A run that hung. The place is unknown, because the engine does not report it. */
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
  // When the caller runs in another context (in a test runner), the script found no function to call.
  return result ?? executeRun(scenario, options);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
