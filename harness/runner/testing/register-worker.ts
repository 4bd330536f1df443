/** The worker module of tests: the toy's scenarios, and two scenarios that end or block their worker on one seed. */
import { serveCampaignWorker } from '../campaign-worker.js';
import { dyingRegister, hangingRegister, hastyRegister, safeRegister } from './register-experiment.js';

export const runSeeds = serveCampaignWorker([safeRegister, hastyRegister, dyingRegister, hangingRegister]);
