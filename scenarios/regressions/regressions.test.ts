/** Runs that once went wrong, kept as seed and plan: they must be valid now, and stay so. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../harness/faults/fault.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { scenarios } from '../index.js';

interface Regression {
  readonly scenario: string;
  readonly seed: string;
  /** What went wrong, and where the fault was. */
  readonly story: string;
  readonly plan: FaultPlan;
}

const folder = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('runs that once went wrong', () => {
  it.each(files)('%s', (file) => {
    const { scenario: name, seed, plan } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Regression;
    const scenario = scenarios.find((each) => each.name === name);
    if (scenario === undefined) throw new Error(`${file}: no scenario ${name}`);
    const { verdict, anomalies, waitingFor } = executeRun(scenario, { seed, plan });
    const broken = anomalies.filter((anomaly) => !anomaly.allowed).map((anomaly) => anomaly.name);
    expect({ verdict, broken, waitingFor }).toEqual({ verdict: 'valid', broken: [], waitingFor: [] });
  });
});
