/** The public face's calls, bound to this house. What they do is the command line's doing: `harness/api/`. */
import { house } from './composition.js';
import { type CampaignOptions, type CampaignResult, campaignIn } from './harness/api/campaign.js';
import { type ExamineRunOptions, examineIn } from './harness/api/examine.js';
import type { ExaminedRun } from './harness/api/examined-run.js';
import { type ReplayOptions, replayIn } from './harness/api/replay.js';
import type { Scenario } from './harness/runner/experiment.js';
import {
  type AuditedConfiguration,
  type AuditOptions,
  type AuditResult,
  auditIn,
} from './scenarios/audit/audit-call.js';

/**
 * Runs a scenario over many seeds, as `seismolog run` does: on worker threads, the first failing run again with its full
 * trace, its plan minimised, its directory and report written where `runsDirectory` says so.
 *
 * ```ts
 * const { verdict, text } = await campaign(fiveBrokers, { seeds: 200, module: new URL('./my-scenarios.mjs', import.meta.url) });
 * expect(verdict, text).toBe('valid');
 * ```
 *
 * A broken promise is a result, not an error. Nothing is printed.
 *
 * @throws UsageError when an option is unknown or out of its range.
 * @throws ScenarioModuleError when the module cannot be loaded or the scenario is malformed or has a built-in one's name.
 * @throws HarnessFailure when the harness itself fails.
 */
export function campaign(scenario: Scenario, options: CampaignOptions = {}): Promise<CampaignResult> {
  return campaignIn(house, scenario, options);
}

/**
 * One run with its full trace, in the calling thread: of a seed, or of a seed and a plan. Minimised if asked, its
 * directory and report written where `runsDirectory` says so. `executeRun` is the same without trace, token and files.
 *
 * @throws UsageError, ScenarioModuleError, HarnessFailure as `campaign`.
 * @throws PlanError when a plan is malformed or names what cannot exist.
 */
export function examine(scenario: Scenario, options: ExamineRunOptions): Promise<ExaminedRun> {
  return examineIn(house, scenario, options);
}

/**
 * The run of a replay token, of a `plan.json` or of a run directory, bit for bit: a token of other code (of this package, or
 * of the module) is refused, with its plan in words. Its verdict is `unknown` when the run has another digest than
 * the token says.
 *
 * @param what a token, or the path of a plan or of a run directory.
 * @throws UsageError when there is no such file or scenario, or the token is of other code; ReplayTokenError when the token is
 *   damaged; PlanError, ScenarioModuleError and HarnessFailure as `examine`.
 */
export function replay(what: string, options: ReplayOptions = {}): Promise<ExaminedRun> {
  return replayIn(house, what, options);
}

/**
 * Measures what a configuration can lose, repeat and reorder, and how long it stands still, as `seismolog audit` does.
 *
 * ```ts
 * const { verdict, text } = await audit({ topic: { 'min.insync.replicas': '2' } }, { promises: ['no-loss'] });
 * expect(verdict, text).toBe('valid');
 * ```
 *
 * @throws UsageError when an option or a key is refused, or Kafka refuses the combination; HarnessFailure as `campaign`.
 */
export function audit(configuration: AuditedConfiguration, options: AuditOptions = {}): Promise<AuditResult> {
  return auditIn(house, configuration, options);
}
