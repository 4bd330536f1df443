import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyOf, crash, drawPlan, pause, powerLoss, swarm } from './arbitrary.js';
import { budgetViolations, oneHostAtATime, trimToBudget, UNLIMITED_BUDGET } from './budget.js';
import type { Fault, FaultPlan } from './fault.js';

const budget = oneHostAtATime({ recoveryMicros: 1_000_000 });

function crashAt(atMicros: number, durationMicros: number): Fault {
  return { kind: 'crash', atMicros, target: 'b1', durationMicros };
}

function planOf(...faults: Fault[]): FaultPlan {
  return { version: 1, faults };
}

describe('the fault budget', () => {
  it('permits the next outage only when the host of the last one has recovered', () => {
    const soon = planOf(crashAt(1_000_000, 500_000), crashAt(2_400_000, 500_000));
    const later = planOf(crashAt(1_000_000, 500_000), crashAt(2_600_000, 500_000));
    expect(budgetViolations(soon, budget).map((violation) => violation.index)).toEqual([1]);
    expect(budgetViolations(later, budget)).toEqual([]);
    const atTheVeryEnd = planOf(crashAt(1_000_000, 500_000), crashAt(2_500_000, 500_000));
    expect(budgetViolations(atTheVeryEnd, budget)).toHaveLength(1);
    const justAfter = planOf(crashAt(1_000_000, 500_000), crashAt(2_500_001, 500_000));
    expect(budgetViolations(justAfter, budget)).toEqual([]);
  });

  it('says which fault is one too many, and why it matters', () => {
    const [violation] = budgetViolations(planOf(crashAt(0, 1), crashAt(5, 1)), budget);
    expect(violation?.words).toMatch(
      /^faults\[1\] \(crash at 5 µs\) is beyond the budget: .*at most 1 at once, because /,
    );
  });

  it('counts different kinds of outage together', () => {
    const plan = planOf(crashAt(0, 1_000), {
      kind: 'pause',
      atMicros: 500,
      target: 'b2',
      durationMicros: 10,
    });
    expect(trimToBudget(plan, budget).faults.map((fault) => fault.kind)).toEqual(['crash']);
  });

  it('goes by time and not by place in the plan', () => {
    const plan = planOf(crashAt(9_000, 10), crashAt(0, 1_000));
    expect(trimToBudget(plan, budget)).toEqual(planOf(crashAt(0, 1_000)));
  });

  it('limits the total of a run', () => {
    const once = {
      name: 'once',
      limits: [
        { kinds: ['crash' as const], atOnce: 1, recoveryMicros: 0, total: 1, because: 'once is enough' },
      ],
    };
    const [violation] = budgetViolations(planOf(crashAt(0, 1), crashAt(9_000_000, 1)), once);
    expect(violation?.words).toContain('at most 1 in a run, because once is enough');
  });

  it('permits everything when it is unlimited', () => {
    expect(budgetViolations(planOf(crashAt(0, 9), crashAt(0, 9)), UNLIMITED_BUDGET)).toEqual([]);
  });

  it('is kept by every plan that is drawn within it', () => {
    const plans = swarm([crash(anyOf('broker')), pause(anyOf('broker')), powerLoss(anyOf('broker'))], {
      durationMicros: 30_000_000,
      budget,
    });
    fc.assert(
      fc.property(plans, (plan) => {
        expect(budgetViolations(plan, budget)).toEqual([]);
      }),
    );
    expect(drawPlan(plans, '3').faults.length).toBeGreaterThan(0);
  });
});
