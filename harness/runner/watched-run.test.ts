import { describe, expect, it } from 'vitest';
import { examineRun } from './examine.js';
import { executeRun } from './execute-run.js';
import type { Scenario } from './experiment.js';
import { runSeed } from './seed-executor.js';
import { hangingRegister, hastyRegister, safeRegister } from './testing/register-experiment.js';
import { executeWatched } from './watched-run.js';

/** Hangs in one event, at an instant of virtual time, where `when` says so. */
function hanging(original: Scenario, when: (faults: number) => boolean): Scenario {
  return {
    ...original,
    build: (input) => {
      const experiment = original.build(input);
      let faults = 0;
      const { resolveTarget } = experiment;
      experiment.resolveTarget = (target) => {
        faults++;
        return resolveTarget.call(experiment, target);
      };
      const start = experiment.start.bind(experiment);
      experiment.start = () => {
        start();
        experiment.world.simulation.schedule(4_900_000, () => {
          while (when(faults));
        });
      };
      return experiment;
    },
  };
}

describe('a watched run', () => {
  it('is the run that it is without', () => {
    expect(executeWatched(safeRegister, { seed: '3' })).toEqual(executeRun(safeRegister, { seed: '3' }));
  });

  it('throws what the run throws', () => {
    const plan = {
      version: 1 as const,
      faults: [{ kind: 'crash' as const, atMicros: 1, target: 's9', durationMicros: 1 }],
    };
    expect(() => executeWatched(safeRegister, { seed: '3', plan })).toThrow('no host "s9"');
  });

  it('that hangs is ended and told, and leaves nothing behind', () => {
    for (const scenario of [hangingRegister, hanging(safeRegister, () => true)]) {
      expect(() => executeWatched(scenario, { seed: '5' }, 200)).toThrow(
        /while running .*: seed 5 had not ended after 0\.2 s, so it was ended; one event of it hangs/,
      );
      // The guard would refuse it to a simulation that is under way.
      expect(Number.isFinite(Date.now())).toBe(true);
      expect(executeWatched(safeRegister, { seed: '5' }).verdict).toBe('valid');
    }
  });

  it('is an incident of a campaign in the calling thread', () => {
    const outcome = runSeed(hangingRegister, { seed: '5' }, (scenario, options) =>
      executeWatched(scenario, options, 200),
    );
    expect(outcome).toMatchObject({
      kind: 'incident',
      seed: '5',
      message: expect.stringContaining('had not ended'),
    });
  });

  it('that hangs with a smaller plan ends the search for one, and keeps what was found', async () => {
    const examined = await examineRun({
      scenario: hanging(hastyRegister, (faults) => faults < 2),
      seed: '56',
      minimiseRunsMax: 60,
      runWallMillisMax: 1_000,
      origin: { kind: 'built-in', fingerprint: 'a1b2c3d4e5f6', module: null },
      runsDirectory: null,
      renderReport: () => '',
      versions: {},
    });
    expect(examined.document.verdict).toBe('invalid');
    expect(examined.results.minimisation?.log.at(-1)).toContain(
      'stopped there: the harness failed while running',
    );
  });
});
