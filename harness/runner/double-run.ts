/**
 * Two runs of one seed must fire the same events. When they do not, this file finds the first step that differs, with both
 * sides and the stacks at which their events were scheduled (`kernel/divergence.ts`).
 */
import { type Divergence, findDivergence } from '../kernel/divergence.js';
import { executeRun, type RunOptions } from './execute-run.js';
import type { Scenario } from './experiment.js';

/** Returns null when both runs are the same. */
export function compareRuns(scenario: Scenario, options: RunOptions): Divergence | null {
  return findDivergence((sink) => {
    executeRun(scenario, { ...options, trace: false, onlooker: sink });
  });
}
