import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyOf, crash, cut, delay, drawPlan, pause, span, swarm } from './arbitrary.js';
import { durationOf, UNLIMITED_BUDGET } from './budget.js';

const DURATION = 30_000_000;
const plans = swarm(
  [crash('leader of orders-0'), pause(anyOf('broker')), cut(['b1', 'b2'], 'b3'), delay('b1', 'b2')],
  { durationMicros: DURATION, budget: UNLIMITED_BUDGET },
);
const drawn = Array.from({ length: 1000 }, (_, seed) => drawPlan(plans, String(seed)).faults);

describe('a drawn plan', () => {
  it('is a function of the seed', () => {
    expect(drawPlan(plans, '17')).toEqual(drawPlan(plans, '17'));
    expect(drawPlan(plans, '17')).not.toEqual(drawPlan(plans, '18'));
  });

  it('stays the same from release to release', () => {
    expect(drawPlan(plans, '17')).toMatchInlineSnapshot(`
      {
        "faults": [
          {
            "atMicros": 15926924,
            "durationMicros": 197137,
            "extraMicros": 146544,
            "kind": "delay",
            "peer": "b2",
            "target": "b1",
          },
          {
            "atMicros": 15950545,
            "durationMicros": 135825,
            "extraMicros": 85478,
            "kind": "delay",
            "peer": "b2",
            "target": "b1",
          },
        ],
        "version": 1,
      }
    `);
  });

  it('has from no fault to the most that are permitted, and every number between', () => {
    expect([...new Set(drawn.map((faults) => faults.length))].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 13 }, (_, count) => count),
    );
  });

  it('turns some kinds off in each run and none in all runs', () => {
    const kindsOf = drawn.map((faults) => new Set(faults.map((fault) => fault.kind)).size);
    expect(new Set(kindsOf)).toEqual(new Set([0, 1, 2, 3, 4]));
    const runsWith = (kind: string) =>
      drawn.filter((faults) => faults.some((fault) => fault.kind === kind)).length;
    for (const kind of ['crash', 'pause', 'cut', 'delay']) {
      expect(runsWith(kind)).toBeGreaterThan(250);
      expect(runsWith(kind)).toBeLessThan(600);
    }
  });

  it('is ordered by time, inside the safety phase', () => {
    for (const faults of drawn) {
      const times = faults.map((fault) => fault.atMicros);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.every((time) => time >= DURATION / 20 && time <= (DURATION * 19) / 20)).toBe(true);
    }
  });

  it('comes in bursts in half of the runs: most faults then begin within a second of another one', () => {
    const crowded = drawn
      .filter((faults) => faults.length >= 6)
      .map((faults) => {
        const gaps = faults.slice(1).map((fault, index) => fault.atMicros - faults[index]!.atMicros);
        return gaps.filter((gap) => gap < 1_000_000).length / gaps.length > 0.7;
      });
    const share = crowded.filter((each) => each).length / crowded.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });

  it('strikes again, in many runs, what has just got over the fault before', () => {
    const brokers = swarm([crash(anyOf('broker'), { min: 1_000, max: 2_000_000 }), pause(anyOf('broker'))], {
      durationMicros: DURATION,
      budget: UNLIMITED_BUDGET,
    });
    const plansWithRelapses = Array.from({ length: 400 }, (_, seed) =>
      drawPlan(brokers, String(seed)),
    ).filter(
      ({ faults }) =>
        faults.filter((fault, index) => {
          const before = faults[index - 1];
          if (before === undefined || !('target' in before) || !('target' in fault)) return false;
          const wait = fault.atMicros - before.atMicros - durationOf(before);
          return fault.target === before.target && wait >= 0 && wait <= 4_000_000;
        }).length >= 2,
    );
    expect(plansWithRelapses.length).toBeGreaterThan(30);
    expect(plansWithRelapses.length).toBeLessThan(100);
  });

  it('reaches every target', () => {
    const targets = new Set(drawn.flat().map((fault) => ('target' in fault ? fault.target : '')));
    expect(targets.has('leader of orders-0')).toBe(true);
    expect(targets.has('b2')).toBe(true);
    expect([...targets].filter((target) => target.startsWith('any broker #')).length).toBe(60);
  });
});

describe('a span', () => {
  it('keeps to its range and has as many short as long ones', () => {
    const lengths = fc.sample(fc.noBias(span({ min: 1_000, max: 1_023_999 })), { seed: 1, numRuns: 2000 });
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1_023_999);
    const short = lengths.filter((length) => length < 32_000).length;
    expect(short).toBeGreaterThan(900);
    expect(short).toBeLessThan(1100);
  });
});
