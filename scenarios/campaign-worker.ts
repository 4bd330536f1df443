/** The entry point of a campaign's worker thread: the harness's worker with every built-in scenario and exhibit. */
import { serveCampaignWorker } from '../harness/runner/campaign-worker.js';
import { auditScenarioNamed } from './audit/audit-scenario.js';
import { scenarios } from './index.js';
import { exhibits } from './museum/index.js';

export const runSeeds = serveCampaignWorker(
  [...scenarios, ...exhibits.map((exhibit) => exhibit.scenario)],
  auditScenarioNamed,
);
