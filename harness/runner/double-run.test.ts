import { describe, expect, it } from 'vitest';
import { describeDivergence } from '../kernel/divergence.js';
import { compareRuns } from './double-run.js';
import { registerScenario, safeRegister } from './testing/register-experiment.js';

describe('two runs of one seed', () => {
  it('are the same', () => {
    expect(compareRuns(safeRegister, { seed: '1' })).toBeNull();
  });

  it('are told apart at the first step that differs, both sides of it', () => {
    let draws = 0;
    const scenario = registerScenario('chance', { hasty: false, chance: () => draws++ });
    const divergence = compareRuns(scenario, { seed: '1' });
    expect(divergence).toMatchObject({
      first: { type: 'note', timeMicros: 1_000_000 },
      second: { type: 'note', timeMicros: 1_000_000 },
    });
    expect(describeDivergence(divergence!)).toMatch(
      /^The runs part after \d+ steps that are the same\.\nfirst: {2}note/,
    );
  });
});
