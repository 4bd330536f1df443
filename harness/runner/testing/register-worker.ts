/** The worker module of tests: the toy's scenarios, and two that take their worker down with them on certain seeds. */
import { serveCampaignWorker } from '../campaign-worker.js';
import { dyingRegister, hastyRegister, safeRegister } from './register-experiment.js';

export const runSeeds = serveCampaignWorker([safeRegister, hastyRegister, dyingRegister]);
