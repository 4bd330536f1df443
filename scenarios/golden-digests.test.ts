/**
 * The digests of the built-in scenarios on fixed seeds. A change that must not alter what a run does leaves every line of the
 * snapshot as it is. A change that must alter runs rewrites the snapshot (`npx vitest run scenarios/golden-digests.test.ts -u`) in a
 * commit that says why.
 */
import { describe, expect, it } from 'vitest';
import { executeRun } from '../harness/runner/execute-run.js';
import { scenarios } from './index.js';

const SEEDS = 24;

describe(`the digests of ${SEEDS} seeds`, () => {
  it.each(scenarios)('of $name are those on record', (scenario) => {
    const runs = Array.from({ length: SEEDS }, (_, seed) => executeRun(scenario, { seed: `${seed}` }));
    // A run that an exception ended has a digest, too. It must not come on record.
    if (scenario.expect === 'valid') expect(runs.map(({ verdict }) => verdict)).not.toContain('invalid');
    expect(runs.map(({ digest }) => digest).join('\n')).toMatchSnapshot();
  });
});
