import { describe, expect, it } from 'vitest';
import { describeDivergence, findDivergence } from './double-run.js';
import { registerScenario, safeRegister } from './testing/register-experiment.js';

describe('two runs of one seed', () => {
  it('are the same', () => {
    expect(findDivergence(safeRegister, { seed: '1' })).toBeNull();
  });

  it('are told apart at the first step that differs, both sides of it', () => {
    let draws = 0;
    const scenario = registerScenario('chance', { hasty: false, chance: () => draws++ });
    const divergence = findDivergence(scenario, { seed: '1' });
    expect(divergence?.first).toMatchObject({
      words: expect.stringMatching(/^note \d+$/),
      timeMicros: 1_000_000,
    });
    expect(divergence?.second?.words).not.toBe(divergence?.first?.words);
    expect(describeDivergence(divergence!)).toMatch(
      /^two runs of one seed differ from step \d+ on\nfirst run: at 1\.000000 s note \d+\nsecond run: at 1\.000000 s note \d+$/,
    );
  });

  it('come with the stacks that scheduled the events that differ', () => {
    let runs = 0;
    const scenario = {
      ...safeRegister,
      build(input: Parameters<typeof safeRegister.build>[0]) {
        const experiment = safeRegister.build(input);
        const odd = runs++ % 2 === 1;
        // The harness watches each run twice, one after the other; both of a pair are on one side.
        function onTheSide(): void {
          experiment.world.simulation.schedule(odd ? 1_000_001 : 1_000_002, () => {});
        }
        onTheSide();
        return experiment;
      },
    };
    const divergence = findDivergence(scenario, { seed: '1' });
    expect(divergence).not.toBeNull();
    expect(divergence?.first?.words).toContain('event');
  });
});
