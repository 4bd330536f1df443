/** `seismolog replay`: repeats the run of a token or a plan file exactly and writes its full trace. */
import { findReplay } from '../api/find-replay.js';
import { UsageError } from '../api/usage-error.js';
import { PlanError } from '../faults/plan.js';
import { fullLimits, withWire } from '../runner/execute-run.js';
import type { Wire } from '../runner/experiment.js';
import type { Session } from './session.js';
import { runOnce } from './single-run.js';

export interface ReplayCommandOptions {
  readonly scenario?: string;
  readonly seed?: string;
  readonly minimise?: boolean;
  readonly wire?: Wire;
  readonly json?: boolean;
}

export async function replayCommand(
  session: Session,
  what: string,
  options: ReplayCommandOptions,
): Promise<number> {
  const { json = false, minimise = false } = options;
  const { run, planPath } = findReplay(session, what, options);
  try {
    const { wire } = options;
    const limits = wire === undefined ? run.limits : withWire(run.limits ?? fullLimits(run.scenario), wire);
    return await runOnce(session, { ...run, ...(limits === undefined ? {} : { limits }), minimise, json });
  } catch (error) {
    throw error instanceof PlanError && planPath !== null
      ? new UsageError(`${planPath}: ${error.message}`)
      : error;
  }
}
