/** A run is a function of scenario, seed and plan, however often it is run and whether or not it is observed. */
import { describe, expect, it } from 'vitest';
import { executeRun } from '../harness/runner/execute-run.js';
import { scenarios } from './index.js';

describe('the digest of a run', () => {
  it.each(scenarios.filter(({ name }) => name !== 'leader-crash'))(
    '$name: the same when repeated and when observed',
    (scenario) => {
      const seed = 'digest';
      const first = executeRun(scenario, { seed });
      expect(executeRun(scenario, { seed }).digest).toBe(first.digest);
      const traced = executeRun(scenario, { seed, trace: true });
      expect(traced.digest).toBe(first.digest);
      expect(traced.verdict).toBe(first.verdict);
      expect(executeRun(scenario, { seed, plan: first.plan }).digest).toBe(first.digest);
      expect(executeRun(scenario, { seed: 'another' }).digest).not.toBe(first.digest);
    },
  );
});
