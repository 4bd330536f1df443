import { describe, expect, it } from 'vitest';
import { drawPlan } from '../faults/arbitrary.js';
import type { FaultPlan } from '../faults/fault.js';
import { PlanError } from '../faults/plan.js';
import { executeRun, fullLimits } from './execute-run.js';
import { HarnessFailure } from './harness-failure.js';
import { hastyRegister, registerScenario, safeRegister } from './testing/register-experiment.js';

function firstFailure() {
  for (let seed = 1; seed <= 500; seed++) {
    const result = executeRun(hastyRegister, { seed: String(seed) });
    if (result.verdict === 'invalid') return result;
  }
  throw new Error('the hasty register never failed');
}

const quiet: FaultPlan = { version: 1, faults: [] };

describe('a run', () => {
  it('is a function of scenario, seed, plan and limits', () => {
    const once = executeRun(safeRegister, { seed: '3' });
    expect(executeRun(safeRegister, { seed: '3' })).toEqual(once);
    expect(executeRun(safeRegister, { seed: '4' }).digest).not.toBe(once.digest);
    expect(executeRun(safeRegister, { seed: '3', plan: quiet }).digest).not.toBe(once.digest);
    const limits = { ...fullLimits(safeRegister), operationsMax: 10 };
    expect(executeRun(safeRegister, { seed: '3', limits }).digest).not.toBe(once.digest);
  });

  it('is the same run with the drawn plan given back to it, and with a trace', () => {
    const drawn = executeRun(safeRegister, { seed: '3' });
    const plan = drawPlan(safeRegister.plan, '3');
    expect(executeRun(safeRegister, { seed: '3', plan }).digest).toBe(drawn.digest);
    expect(executeRun(safeRegister, { seed: '3', trace: true }).digest).toBe(drawn.digest);
  });

  it('is valid when nothing forbidden happened, and counts what did', () => {
    const result = executeRun(safeRegister, { seed: '3' });
    expect(result).toMatchObject({ verdict: 'valid', anomalies: [], waitingFor: [], unknownBecause: [] });
    expect(result.healedAtMicros).toBe(5_000_000);
    expect(result.endedAtMicros).toBeLessThan(15_000_000);
    expect(result.records).toBeGreaterThan(100);
    expect(result.operations.write?.ok).toBe(result.records);
    expect(
      result.faults.every(({ configured, fired, mattered }) => configured >= fired && fired >= mattered),
    ).toBe(true);
  });

  it('is invalid when an acknowledged write is gone', () => {
    const result = firstFailure();
    expect(result.anomalies).toMatchObject([{ name: 'lost-write', allowed: false }]);
    expect(result.summary).toBe('An acknowledged write is gone.');
  });

  it('is ended and invalid, in words, when events at one instant have no end', () => {
    const endless = registerScenario('endless', { hasty: false, endlessFromMicros: 2_000_000 });
    const result = executeRun(endless, { seed: '3' });
    expect(result).toMatchObject({ verdict: 'invalid', anomalies: [{ name: 'livelock', allowed: false }] });
    expect(result.summary).toMatch(
      /^The run was ended as a livelock after 2\.000 virtual s: more than 1048576 events at one instant: virtual time stands still; the last was a world event$/,
    );
    expect(executeRun(endless, { seed: '3' }).digest).toBe(result.digest);
  });

  it('is ended and invalid when time creeps', () => {
    const creeping = registerScenario('creeping', {
      hasty: false,
      endlessFromMicros: 1_000_000,
      endlessEveryMicros: 1,
      neverConverges: true,
    });
    const { summary, events } = executeRun(creeping, { seed: '3', plan: quiet });
    expect(summary).toMatch(/livelock after .* more than 10000000 events and the run has not ended/);
    expect(events).toBeLessThan(12_000_000);
  }, 60_000);

  it('keeps history, trace and logs when they are asked for', () => {
    const { evidence } = executeRun(safeRegister, {
      seed: '3',
      trace: true,
      plan: {
        version: 1,
        faults: [{ kind: 'crash', atMicros: 1_000_000, target: 's1', durationMicros: 500_000 }],
      },
    });
    expect(evidence?.operations.length).toBeGreaterThan(100);
    const lines = evidence?.lines ?? [];
    expect(lines.flatMap((line) => ('phase' in line ? [[line.t, line.phase, line.targets]] : []))).toEqual([
      [1_000_000, 'start', ['s1']],
      [1_500_000, 'end', ['s1']],
    ]);
    expect(lines.filter((line) => line.kind === 'host' && line.host === 's1')).toMatchObject([
      { t: 0, state: 'up' },
      { t: 1_000_000, state: 'down' },
      { t: 1_500_000, state: 'up' },
    ]);
    expect(lines.some((line) => line.kind === 'packet')).toBe(true);
    expect(lines.map((line) => line.t)).toEqual(lines.map((line) => line.t).sort((a, b) => a - b));
    expect(evidence?.logs.get('s1')?.map((line) => line.message)).toEqual([
      'register starts',
      'register starts',
    ]);
  });

  it('that does not converge is invalid and says in words what it waits for', () => {
    const scenario = registerScenario('stuck', { hasty: false, neverConverges: true });
    const result = executeRun(scenario, { seed: '1' });
    expect(result.verdict).toBe('invalid');
    expect(result.waitingFor).toEqual(['a client that never ends']);
    expect(result.anomalies).toMatchObject([
      {
        name: 'not-converged',
        count: 1,
        witnesses: [{ waitingFor: 'a client that never ends' }],
        allowed: false,
      },
    ]);
    expect(result.endedAtMicros).toBe(15_000_000);
  });

  it('in which an assertion breaks is invalid, with the stack of the program', () => {
    const scenario = registerScenario('broken', { hasty: false, assertionAtMicros: 2_000_000 });
    const result = executeRun(scenario, { seed: '1' });
    expect(result.verdict).toBe('invalid');
    expect(result.anomalies).toMatchObject([
      { name: 'assertion', witnesses: [{ message: 'the register is upside down', timeMicros: 2_000_000 }] },
    ]);
    const stack = result.anomalies[0]?.witnesses[0]?.stack;
    expect(stack).toMatchObject([expect.stringContaining('register-experiment')]);
    expect(result.healedAtMicros).toBe(2_000_000);
  });

  it('whose judge crashes is unknown', () => {
    const scenario = registerScenario('judgeless', { hasty: false, brokenJudge: true });
    const result = executeRun(scenario, { seed: '1' });
    expect(result.verdict).toBe('unknown');
    expect(result.unknownBecause).toMatchObject([
      expect.stringContaining('a checker crashed: Error: the judge stumbled'),
    ]);
  });

  it('that cannot be set up is a failure of the harness, not a verdict', () => {
    const scenario = {
      ...safeRegister,
      build: () => {
        throw new Error('no such port');
      },
    };
    expect(() => executeRun(scenario, { seed: '1' })).toThrow(HarnessFailure);
  });

  it('refuses a plan whose target cannot exist, and says where', () => {
    const plan: FaultPlan = {
      version: 1,
      faults: [
        { kind: 'crash', atMicros: 1, target: 's1', durationMicros: 1 },
        { kind: 'cut', atMicros: 1, target: 's1', peer: 's9', oneWay: false, durationMicros: 1 },
      ],
    };
    expect(() => executeRun(safeRegister, { seed: '1', plan })).toThrow(PlanError);
    expect(() => executeRun(safeRegister, { seed: '1', plan })).toThrow(
      'faults[1].peer: no host "s9"; hosts are s1, s2, c1, c2',
    );
  });

  it('remarks on a fault that is due when all is over', () => {
    const fault = { kind: 'crash', target: 's1', durationMicros: 1_000 } as const;
    const plan: FaultPlan = {
      version: 1,
      faults: [
        { ...fault, atMicros: 4_999_999 },
        { ...fault, atMicros: 7_000_000 },
      ],
    };
    const { remarks, faults } = executeRun(safeRegister, { seed: '1', plan });
    expect(faults).toMatchObject([{ kind: 'crash', configured: 2, fired: 1 }]);
    expect(remarks).toContain('faults[1] (crash) never fires: it is due at 7 s, and all is healed at 5 s');
    expect(remarks.join()).not.toContain('faults[0] (crash) never');
  });

  it('remarks on a plan beyond the budget, and judges it all the same', () => {
    const fault = { kind: 'crash', atMicros: 1_000_000, target: 's1', durationMicros: 500_000 } as const;
    const plan: FaultPlan = { version: 1, faults: [fault, { ...fault, target: 's2' }] };
    const result = executeRun(safeRegister, { seed: '1', plan });
    expect(result.remarks).toMatchObject([expect.stringMatching(/^faults\[1\] .* is beyond the budget/)]);
    expect(executeRun(safeRegister, { seed: '1' }).remarks).toEqual([]);
  });
});
