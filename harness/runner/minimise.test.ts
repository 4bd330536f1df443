import { describe, expect, it } from 'vitest';
import type { Fault } from '../faults/fault.js';
import { type Candidate, type MinimiseOptions, minimise } from './minimise.js';

function crashAt(seconds: number, target = 'b1', durationMicros = 7_777_777): Fault {
  return { kind: 'crash', atMicros: seconds * 1e6 + 123_456, target, durationMicros };
}

const start: Candidate = {
  plan: { version: 1, faults: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => crashAt(second, `b${second}`)) },
  limits: { durationMicros: 30_000_000, operationsMax: null, without: [] },
};

function search(stillFails: MinimiseOptions['stillFails'], change: Partial<MinimiseOptions> = {}) {
  return minimise({
    start,
    stillFails,
    removableHosts: ['c1', 'c2'],
    operationsInvoked: 1000,
    runsMax: 500,
    ...change,
  });
}

const targetsOf = ({ plan }: Candidate) =>
  plan.faults.map((fault) => ('target' in fault ? fault.target : ''));

describe('minimisation', () => {
  it('finds the one fault that matters', async () => {
    const { candidate } = await search((tried) => targetsOf(tried).includes('b7'));
    expect(targetsOf(candidate)).toEqual(['b7']);
  });

  it('finds two faults that matter only together', async () => {
    const { candidate } = await search((tried) =>
      ['b2', 'b9'].every((host) => targetsOf(tried).includes(host)),
    );
    expect(targetsOf(candidate)).toEqual(['b2', 'b9']);
  });

  it('drops a fault that is no longer needed once the run is short', async () => {
    const { candidate } = await search(
      (tried) =>
        targetsOf(tried).includes('b2') &&
        (targetsOf(tried).includes('b9') || tried.limits.durationMicros < 20_000_000) &&
        tried.limits.durationMicros > 12_000_000,
    );
    expect(targetsOf(candidate)).toEqual(['b2']);
  });

  it('lowers the number of requests that are answered with an error', async () => {
    const fault: Fault = {
      kind: 'answer-error',
      atMicros: 1_000_000,
      target: 'b1',
      durationMicros: 1_000_000,
      api: 'Write',
      error: 'REFUSED',
      count: 90,
    };
    const { candidate, log } = await search(
      ({ plan }) => plan.faults.some((each) => each.kind === 'answer-error' && each.count >= 7),
      { start: { ...start, plan: { version: 1, faults: [fault] } } },
    );
    expect(candidate.plan.faults).toMatchObject([{ kind: 'answer-error', count: 7 }]);
    expect(log).toContain('answer-error Write: count 90 → 7');
  });

  it('finds out that no fault is needed', async () => {
    const { candidate } = await search(() => true);
    expect(candidate.plan.faults).toEqual([]);
  });

  it('leaves out hosts and operations, ends earlier, shortens and rounds', async () => {
    const { candidate, log } = await search(
      ({ plan, limits }) =>
        targetsOf({ plan, limits }).includes('b3') &&
        plan.faults.every(
          (fault) => fault.atMicros >= 3_000_000 || !('target' in fault) || fault.target !== 'b3',
        ) &&
        plan.faults.every((fault) => !('durationMicros' in fault) || fault.durationMicros >= 250_000) &&
        limits.durationMicros >= 4_000_000 &&
        (limits.operationsMax ?? 1000) >= 37 &&
        !limits.without.includes('c1'),
    );
    expect(candidate).toEqual({
      plan: {
        version: 1,
        faults: [{ kind: 'crash', atMicros: 3_000_000, target: 'b3', durationMicros: 250_000 }],
      },
      limits: { durationMicros: 4_000_000, operationsMax: 37, without: ['c2'] },
    });
    expect(log).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^faults: 9 → 1/),
        'operations: 1000 → 37',
        'without c2',
        'crash lasts 7.778 s → 0.25 s',
        'crash at 3.123 s → 3 s',
      ]),
    );
  });

  it('returns something that fails, at every bound on the number of runs', async () => {
    const stillFails = (tried: Candidate) => ['b2', 'b9'].every((host) => targetsOf(tried).includes(host));
    for (let runsMax = 0; runsMax < 60; runsMax += 7) {
      const { candidate, runs, log } = await search(stillFails, { runsMax });
      expect(stillFails(candidate)).toBe(true);
      expect(runs).toBeLessThanOrEqual(runsMax);
      if (runs === runsMax && runsMax > 0) expect(log.at(-1)).toBe(`stopped after ${runs} runs`);
    }
  });

  it('keeps what it has when it is told to stop', async () => {
    let asked = 0;
    const { candidate } = await search((tried) => targetsOf(tried).includes('b7'), {
      shouldStop: () => ++asked > 12,
    });
    expect(targetsOf(candidate)).toContain('b7');
  });

  it('runs no candidate twice', async () => {
    const seen = new Set<string>();
    await search((tried) => {
      const key = JSON.stringify(tried);
      expect(seen.has(key)).toBe(false);
      seen.add(key);
      return targetsOf(tried).includes('b7');
    });
  });
});
