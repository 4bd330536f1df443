/**
 * Two runs of one seed must fire the same events. When they do not, this says where they part: the first step that
 * differs, both sides of it, and the stacks that scheduled them (`kernel/divergence.ts`).
 */
import { type Divergence, findDivergence } from '../kernel/divergence.js';
import { executeRun, type RunOptions } from './execute-run.js';
import type { Scenario } from './experiment.js';

/** Null when both runs are the same. */
export function compareRuns(scenario: Scenario, options: RunOptions): Divergence | null {
  return findDivergence((sink) => {
    executeRun(scenario, { ...options, trace: false, onlooker: sink });
  });
}
