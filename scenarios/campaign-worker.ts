/** What a worker thread of a campaign runs: the harness's worker, with every scenario and exhibit of the house. */
import { serveCampaignWorker } from '../harness/runner/campaign-worker.js';
import { scenarios } from './index.js';
import { exhibits } from './museum/index.js';

export const runSeeds = serveCampaignWorker([...scenarios, ...exhibits.map((exhibit) => exhibit.scenario)]);
