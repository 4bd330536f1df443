/** The worker module of tests: the toy's scenarios, and two that take their worker down or keep it for ever on a certain seed. */
import { serveCampaignWorker } from '../campaign-worker.js';
import { dyingRegister, hangingRegister, hastyRegister, safeRegister } from './register-experiment.js';

export const runSeeds = serveCampaignWorker([safeRegister, hastyRegister, dyingRegister, hangingRegister]);
