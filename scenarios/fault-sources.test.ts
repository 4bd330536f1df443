import { describe, expect, it } from 'vitest';
import { drawPlan } from '../harness/faults/arbitrary.js';
import { executeRun } from '../harness/runner/execute-run.js';
import { scenarios } from './index.js';
import { leaderCrash } from './leader-crash.js';

/** A scenario with a plan of its own has no sources. */
const withSources = scenarios.filter(({ faultSources }) => faultSources !== undefined);

describe('the record of the faults of a source', () => {
  it.each(withSources)('takes every fault that $name draws', ({ plan, faultSources = [] }) => {
    for (let seed = 0; seed < 40; seed++) {
      for (const fault of drawPlan(plan, `${seed}`).faults)
        expect(
          faultSources.filter((source) => source.draws(fault)),
          JSON.stringify(fault),
        ).not.toEqual([]);
    }
  });
});

describe('a held response', () => {
  it('waits: the responses of one broker to Produce, for three seconds', () => {
    const held = executeRun(leaderCrash, {
      seed: '1',
      plan: {
        version: 1,
        faults: [
          {
            kind: 'hold-kind',
            atMicros: 5_000_000,
            target: 'brokers',
            messageKind: 'Produce response',
            durationMicros: 3_000_000,
          },
        ],
      },
    });
    expect(held.faults).toEqual([{ kind: 'hold-kind', configured: 1, fired: 1, mattered: 1 }]);
    expect(held.verdict).toBe('valid');
  });

  it.each([
    ['Bogus', 'no message is of the kind "Bogus"; kinds are Produce, '],
    ['produce', 'did you mean "Produce"?'],
    ['Produce respond', 'did you mean "Produce response"?'],
  ])('of no known kind (%s) is refused', (messageKind, words) => {
    const fault = { kind: 'hold-kind' as const, atMicros: 1, target: 'brokers', durationMicros: 1 };
    expect(() =>
      executeRun(leaderCrash, {
        seed: '1',
        plan: { version: 1, faults: [{ ...fault, messageKind }] },
      }),
    ).toThrow(words);
  });
});
