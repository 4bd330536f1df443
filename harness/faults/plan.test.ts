import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as sources from './arbitrary.js';
import { UNLIMITED_BUDGET } from './budget.js';
import { FAULT_KINDS } from './fault-fields.js';
import { PlanError, parsePlan, planToJson, validatePlan } from './plan.js';

const everyKind = [
  sources.crash('b1'),
  sources.powerLoss('b1'),
  sources.pause(sources.anyOf('broker')),
  sources.cleanRestart('b2'),
  sources.wipeDisk('b2'),
  sources.cut('b1', 'b2'),
  sources.isolate('leader of orders-0', 'brokers'),
  sources.bridge('b1'),
  sources.ring(),
  sources.delay('b1', 'b2'),
  sources.slowLink('b1', 'b2'),
  sources.reset('b1', 'b2'),
  sources.halfOpen('b1', 'b2'),
  sources.hold('b1', 'b2'),
  sources.holdKind('b1', ['Produce', 'Fetch']),
  sources.diskHang('b1'),
  sources.diskSlow('b1'),
  sources.diskFull('b1'),
  sources.diskError('b1'),
  sources.shortWrite('b1'),
  sources.lyingSync('b1'),
  sources.bitRot('b1'),
  sources.clockStep('b1'),
  sources.clockDrift('b1'),
  sources.answerError('b1', { api: 'Produce', errors: ['NOT_LEADER_OR_FOLLOWER'], partition: 'orders-0' }),
  sources.answerError('b1', { api: 'Fetch', errors: ['KAFKA_STORAGE_ERROR', 'OFFSET_NOT_AVAILABLE'] }),
  sources.action('preferred-election', 'controller'),
  sources.action(
    'create-partitions',
    'orders',
    fc.record({
      count: fc.nat(),
      nested: fc.dictionary(fc.string(), fc.constantFrom(null, 'text', [1, { on: true }])),
    }),
  ),
];

const anyPlan = sources.swarm(everyKind, { durationMicros: 30_000_000, budget: UNLIMITED_BUDGET });

function errorOf(plan: unknown): string {
  try {
    parsePlan(typeof plan === 'string' ? plan : JSON.stringify(plan));
  } catch (error) {
    if (error instanceof PlanError) return error.message;
    throw error;
  }
  return 'no error';
}

const crashWith = (fields: object) => ({
  version: 1,
  faults: [{ kind: 'crash', atMicros: 1, target: 'b1', durationMicros: 2, ...fields }],
});

describe('a plan as JSON', () => {
  it('has an arbitrary for every kind of fault', () => {
    expect([...new Set(everyKind.map((source) => source.kind))].sort()).toEqual([...FAULT_KINDS].sort());
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(parsePlan(planToJson(plan))).toEqual(plan);
      }),
    );
  });

  it('says where it is wrong and why', () => {
    expect(errorOf('{"version": 1,')).toMatch(/^the plan: is not JSON: /);
    expect(errorOf([])).toBe('the plan: must be an object with "version" and "faults", not []');
    expect(errorOf({ faults: [] })).toBe('version: must be 1, not nothing');
    expect(errorOf({ version: 1 })).toBe('faults: must be a list, not nothing');
    expect(errorOf({ version: 1, faults: [7] })).toBe('faults[0]: must be an object, not 7');
    expect(errorOf(crashWith({ kind: 'chrash' }))).toBe(
      'faults[0].kind: unknown fault kind "chrash"; did you mean "crash"?',
    );
    expect(errorOf(crashWith({ kind: 3 }))).toBe('faults[0].kind: must be the name of a fault kind, not 3');
    expect(errorOf(crashWith({ atMicros: -1 }))).toBe(
      'faults[0].atMicros: must be an integer count of microseconds, 0 or more, not -1',
    );
    expect(errorOf(crashWith({ atMicros: 1.5 }))).toMatch(/^faults\[0\]\.atMicros: must be an integer/);
    expect(errorOf(crashWith({ durationMicros: undefined }))).toBe('faults[0].durationMicros: is missing');
    expect(errorOf(crashWith({ target: '' }))).toMatch(/^faults\[0\]\.target: must name hosts/);
    expect(errorOf(crashWith({ duration: 5 }))).toBe(
      'faults[0].duration: crash has no such field; its fields are atMicros, target, durationMicros',
    );
    expect(
      errorOf({
        version: 1,
        faults: [
          { kind: 'disk-error', atMicros: 1, target: 'b1', durationMicros: 2, operation: 'fsync', count: 1 },
        ],
      }),
    ).toBe('faults[0].operation: must be one of "read", "write", "sync", "truncate", "rename", not "fsync"');
  });

  it('takes the arguments of an action when JSON can hold them, and an action without arguments', () => {
    const action = { kind: 'action', atMicros: 1, target: 'orders', name: 'create-partitions' } as const;
    const withArguments = (args: unknown) => ({ version: 1, faults: [{ ...action, args }] });
    expect(validatePlan({ version: 1, faults: [action] }).faults).toEqual([action]);
    expect(validatePlan(withArguments({ count: 4 })).faults).toEqual([{ ...action, args: { count: 4 } }]);
    const refused = ': must be an object of JSON values by name, not ';
    for (const args of [
      4,
      null,
      ['count', 4],
      { count: Number.NaN },
      { count: undefined },
      { at: new Date(0) },
    ]) {
      expect(() => validatePlan(withArguments(args))).toThrow(`faults[0].args${refused}`);
    }
    expect(errorOf({ version: 1, faults: [{ ...action, arg: { count: 4 } }] })).toBe(
      'faults[0].arg: action has no such field; its fields are atMicros, target, name, args',
    );
  });

  it('draws an action with its arguments, and counts it apart from the one without', () => {
    const elect = sources.action('elect', 'orders-0');
    const electWithin = sources.action('elect', 'orders-0', fc.record({ millis: fc.constant(500) }));
    expect(electWithin.name).toBe('action elect on orders-0 with arguments');
    const [drawn] = fc.sample(electWithin.draw(fc.constant(7)), { numRuns: 1, seed: 1 });
    expect(drawn).toEqual({
      kind: 'action',
      name: 'elect',
      atMicros: 7,
      target: 'orders-0',
      args: { millis: 500 },
    });
    expect([electWithin.draws(drawn!), elect.draws(drawn!)]).toEqual([true, false]);
  });

  it('names all kinds when the unknown one resembles none', () => {
    expect(errorOf(crashWith({ kind: 'meteorite-impact' }))).toContain('kinds are crash, power-loss');
  });
});
