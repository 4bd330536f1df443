/** The parts of the command line with the toy register instead of Kafka. */
import { fileURLToPath } from 'node:url';
import type { Exhibit } from '../../runner/exhibit.js';
import type { Scenario } from '../../runner/experiment.js';
import {
  dyingRegister,
  hastyRegister,
  registerScenario,
  safeRegister,
} from '../../runner/testing/register-experiment.js';
import type { CliParts } from '../cli-parts.js';

export const losingRegister: Scenario = {
  ...hastyRegister,
  name: 'hasty-register-loses',
  promise: 'answering before copying loses acknowledged writes',
  expect: 'invalid',
  expectedAnomalies: ['lost-write'],
  seedsToFind: 200,
};

const wrongRule: Exhibit = {
  id: 'haste',
  title: 'A write is answered before it is copied',
  story: 'The server dies in between.',
  scenario: { ...registerScenario('safe-register+haste', { hasty: true }) },
  right: safeRegister,
  checkers: ['lost-write'],
  seedsAtMost: 200,
};

const noMistake: Exhibit = {
  ...wrongRule,
  id: 'nothing',
  title: 'No mistake at all',
  scenario: { ...safeRegister, name: 'safe-register+nothing' },
  seedsAtMost: 5,
};

export const toyParts: CliParts = {
  scenarios: [
    losingRegister,
    safeRegister,
    dyingRegister,
    registerScenario('stuck-register', { hasty: false, neverConverges: true }),
    { ...losingRegister, ...safeRegister, name: 'safe-register-loses', expect: 'invalid', seedsToFind: 2 },
    registerScenario('judgeless-register', { hasty: false, brokenJudge: true }),
    registerScenario('endless-register', { hasty: false, endlessFromMicros: 2_000_000 }),
  ],
  exhibits: [wrongRule, noMistake],
  renderReport: () => '<!doctype html><title>report</title>\n',
  renderSummary: ({ title }) => `<!doctype html><title>${title}</title>\n`,
  checkFile: () => ({
    verdict: 'invalid',
    anomalies: [{ name: 'lost-write', count: 2, witnesses: [{ key: 1, value: 10 }], allowed: false }],
    unknownBecause: ['no poll ever succeeded'],
  }),
  workerUrl: null,
  codeRoot: fileURLToPath(new URL('../../..', import.meta.url)),
  version: '0.0.0-test',
};

/** The parts for scenarios of the toy's worker module. */
export const toyPartsWithWorkers: CliParts = {
  ...toyParts,
  workerUrl: new URL('../../runner/testing/register-worker.ts', import.meta.url),
};
