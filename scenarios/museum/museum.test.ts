/**
 * Tests the harness itself: a named checker finds each mistake of the museum, and the same seed passes with the right
 * rule.
 */
import { describe, expect, it } from 'vitest';
import { executeRun, forbiddenAnomalies } from '../../harness/runner/execute-run.js';
import { exhibits } from './index.js';

describe('an exhibit of the museum', () => {
  it.each(exhibits)('$id: $title', ({ scenario, right, checkers, seedsAtMost }) => {
    for (let seed = 0; seed < seedsAtMost; seed++) {
      const { anomalies } = executeRun(scenario, { seed: `exhibit-${seed}` });
      const found = forbiddenAnomalies(anomalies).map((anomaly) => anomaly.name);
      if (!found.some((name) => checkers.includes(name))) continue;
      expect(executeRun(right, { seed: `exhibit-${seed}` }).verdict).toBe('valid');
      return;
    }
    expect.fail(`none of ${checkers.join(', ')} within ${seedsAtMost} seeds`);
  });
});
