/** The entry point of a campaign's worker thread: the harness's worker with every built-in scenario and exhibit. */
import { useZstdCompressor } from '../broker/protocol/compression/zstd-compressor.js';
import { compressZstd } from '../doors/zstd-compressor.js';
import { serveCampaignWorker } from '../harness/runner/campaign-worker.js';
import { auditScenarioNamed } from './audit/audit-scenario.js';
import { guestScenarios, scenarios } from './index.js';
import { exhibits } from './museum/index.js';

useZstdCompressor(compressZstd);

export const runSeeds = serveCampaignWorker(
  [...scenarios, ...guestScenarios, ...exhibits.map((exhibit) => exhibit.scenario)],
  auditScenarioNamed,
);
