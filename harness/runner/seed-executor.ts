/** An executor runs seeds of a scenario, in this process or on a worker thread. */
import { PlanError } from '../faults/plan.js';
import { beginRun } from './begin-run.js';
import { executeRun, fullLimits, type RunOptions } from './execute-run.js';
import type { Scenario, Wire } from './experiment.js';
import { HarnessFailure } from './harness-failure.js';
import { type RunSummary, summarise } from './run-summary.js';
import { executeWatched } from './watched-run.js';

/** The outcome of one seed. `incident`: the harness failed, so nothing is known about the system. */
export type SeedOutcome =
  | { readonly kind: 'run'; readonly summary: RunSummary }
  | { readonly kind: 'incident'; readonly seed: string; readonly message: string };

export interface SeedExecutor {
  /** The number of chunks that may run at the same time. */
  readonly concurrency: number;
  /** One outcome per seed, in order. When `signal` is aborted, the outcomes may cover only the first seeds. */
  run(scenario: Scenario, seeds: readonly string[], signal: AbortSignal): Promise<readonly SeedOutcome[]>;
  close(): Promise<void>;
}

export interface SeedOptions extends Pick<RunOptions, 'seed' | 'countsDecisions'> {
  readonly wire?: Wire;
}

/** Runs one seed. Failures of the run and of the harness are outcomes and never thrown. */
export function runSeed(scenario: Scenario, options: SeedOptions, execute = executeRun): SeedOutcome {
  const { wire = 'typed', ...run } = options;
  const { seed } = run;
  try {
    const limits = fullLimits(scenario, wire);
    return { kind: 'run', summary: summarise(execute(scenario, { ...run, limits })) };
  } catch (error) {
    if (error instanceof HarnessFailure) return { kind: 'incident', seed, message: error.message };
    if (error instanceof PlanError) {
      return { kind: 'incident', seed, message: `the plan that it draws cannot be run: ${error.message}` };
    }
    throw error;
  }
}

/** Runs seeds in the calling thread. It ends runs that hang, and yields between seeds so that signals and progress are handled. */
export function inProcessExecutor(options: Omit<SeedOptions, 'seed'> = {}): SeedExecutor {
  return {
    concurrency: 1,
    async run(scenario, seeds, signal) {
      const outcomes: SeedOutcome[] = [];
      for (const seed of seeds) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) break;
        outcomes.push(
          await beginRun(scenario, () => runSeed(scenario, { seed, ...options }, executeWatched)),
        );
      }
      return outcomes;
    },
    async close() {},
  };
}
