/**
 * The fast checks against the definitions, on random histories small enough for the latter: first histories of a
 * log that works, with faults planted in them, then histories of no sense at all.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '../../history/history.js';
import type { Operation } from '../../history/operation.js';
import { readHistory } from '../../history/read-history.js';
import { checkHistory } from './check.js';
import { judgeNaively } from './testing/naive-oracle.js';

const CYCLES = ['G0', 'G1c', 'G0-realtime', 'G1c-realtime'];

function judgeFast(operations: readonly Operation[]): Readonly<Record<string, number>> {
  const { anomalies } = checkHistory(operations);
  return Object.fromEntries(
    anomalies.filter(({ name }) => !CYCLES.includes(name)).map(({ name, count }) => [name, count]),
  );
}

type Step = {
  readonly process: number;
  readonly what: 'send' | 'poll' | 'txn' | 'assign';
  readonly key: number;
  readonly end: 'ok' | 'info' | 'fail' | 'never';
  readonly fault:
    | 'none'
    | 'lose'
    | 'double'
    | 'overwrite'
    | 'reorder'
    | 'skip'
    | 'rewind'
    | 'future'
    | 'hide-offset';
};

const step: fc.Arbitrary<Step> = fc.record({
  process: fc.nat(3),
  what: fc.constantFrom('send', 'send', 'poll', 'poll', 'txn', 'assign'),
  key: fc.nat(1),
  end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'info', 'fail', 'never'),
  fault: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'lose',
        'double',
        'overwrite',
        'reorder',
        'skip',
        'rewind',
        'future',
        'hide-offset',
      ),
    },
  ),
});

/** Below it is room for sends that land before earlier ones. */
const FIRST_OFFSET = 50;

/** Plays the steps against two logs; processes overlap: a step of a busy process completes what it had begun. */
function play(steps: readonly Step[]): readonly Operation[] {
  const history = new History();
  const logs = [0, 1].map(() => Array.from({ length: FIRST_OFFSET }, (): number | undefined => undefined));
  const positions = new Map<string, number>();
  const open = new Map<
    number,
    { readonly invocation: Operation; readonly step: Step; readonly value: number }
  >();
  let time = 0;
  let next = 1;

  const append = (key: number, value: number, fault: Step['fault']): number => {
    const log = logs[key]!;
    if (fault === 'overwrite' && log.length > 0) log.pop();
    const offset =
      fault === 'reorder'
        ? log.findLastIndex((held, at) => at < FIRST_OFFSET && held === undefined)
        : log.length;
    log[offset] = value;
    if (fault === 'double') log.push(value);
    if (fault === 'lose') log[offset] = undefined;
    return offset;
  };
  const poll = ({ process, key, end, fault }: Step): unknown => {
    const name = `${process}/${key}`;
    let from = positions.get(name) ?? (process % 2 === 0 ? FIRST_OFFSET - 2 : FIRST_OFFSET);
    if (fault === 'skip') from++;
    if (fault === 'rewind') from = Math.max(0, from - 2);
    const log = logs[key]!;
    const pairs = log
      .slice(from, from + 3)
      .flatMap((value, at) => (value === undefined ? [] : [[from + at, value]]));
    if (fault === 'future') pairs.push([log.length, next]);
    if (end === 'ok') positions.set(name, Math.max(from, Math.min(log.length, from + 3)));
    return ['poll', [[key, pairs]]];
  };
  const send = (doing: Step, value: number): unknown => {
    if (doing.end === 'fail' && doing.fault === 'none') return ['send', doing.key, value];
    const offset = append(doing.key, value, doing.fault);
    return [
      'send',
      doing.key,
      doing.fault === 'hide-offset' || doing.end === 'info' ? value : [offset, value],
    ];
  };
  /** A process whose operation never ends is retired; another takes its place. */
  const retired = new Map<number, number>();
  const nameOf = (process: number): number => process + 4 * (retired.get(process) ?? 0);
  const finish = (process: number): void => {
    const begun = open.get(process)!;
    open.delete(process);
    const { step: doing, invocation, value } = begun;
    if (doing.end === 'never') {
      retired.set(process, (retired.get(process) ?? 0) + 1);
      return;
    }
    const isSameKey = process === 3;
    const other: Step = { ...doing, fault: 'none', key: isSameKey ? doing.key : 1 - doing.key };
    const done = {
      send: () => [send(doing, value)],
      poll: () => [poll(doing)],
      txn: () => [
        send(doing, value),
        poll({ ...doing, key: 1 - doing.key }),
        poll(doing),
        send(other, value + 1),
      ],
      assign: () => [doing.key],
    }[doing.what]();
    history.complete(invocation, time++, doing.end, done);
  };
  for (const each of steps) {
    if (open.has(each.process)) {
      finish(each.process);
      continue;
    }
    const value = next;
    next += 2;
    const asked = {
      send: () => [['send', each.key, value]],
      poll: () => [['poll']],
      txn: () => [['send', each.key, value], ['poll'], ['poll'], ['send', 1 - each.key, value + 1]],
      assign: () => [each.key],
    }[each.what]();
    open.set(each.process, {
      invocation: history.invoke(time++, nameOf(each.process), each.what, asked),
      step: each,
      value,
    });
  }
  for (const process of [...open.keys()]) finish(process);
  return history.operations;
}

const pair = fc.tuple(fc.option(fc.nat(5)), fc.nat(6));
const nonsense = fc.array(
  fc.record({
    process: fc.nat(2),
    type: fc.constantFrom('ok', 'ok', 'info', 'fail', 'invoke'),
    micros: fc.array(
      fc.oneof(
        fc.tuple(fc.constant('send'), fc.nat(1), fc.oneof(pair, fc.nat(6))),
        fc.tuple(
          fc.constant('poll'),
          fc.array(fc.tuple(fc.nat(1), fc.array(pair, { maxLength: 4 })), { maxLength: 2 }),
        ),
      ),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 14 },
);

function makeOfNonsense(
  lines: typeof nonsense extends fc.Arbitrary<infer T> ? T : never,
): readonly Operation[] {
  const open = new Set<number>();
  const sequential = lines.filter(({ process, type }) => {
    if (type === 'invoke' && open.has(process)) return false;
    if (type === 'invoke') open.add(process);
    else open.delete(process);
    return true;
  });
  return sequential.map(({ process, type, micros }, index) => {
    const value =
      type === 'invoke'
        ? micros.map(([name, key]) => (name === 'poll' ? ['poll'] : ['send', key, 6]))
        : micros;
    return { index, time: index, process, type, f: 'txn', value } as Operation;
  });
}

describe('on random histories the fast checks agree with the definitions', () => {
  it('of a log that works, but for the faults planted in it', () => {
    const found = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 40 }), (steps) => {
        const operations = play(steps);
        const expected = judgeNaively(operations);
        for (const name of Object.keys(expected)) found.add(name);
        expect(judgeFast(operations)).toEqual(expected);
      }),
      { numRuns: 2000, seed: 3 },
    );
    expect([...found].sort()).toEqual(
      [
        'duplicate',
        'inconsistent-offsets',
        'lost-write',
        'unseen',
        'G1a',
        'precommitted-read',
        'poll-skip',
        'nonmonotonic-poll',
        'int-poll-skip',
        'int-nonmonotonic-poll',
        'nonmonotonic-send',
        'int-send-skip',
        'PL-1-cycle-exists',
        'PL-2-cycle-exists',
        'strong-PL-1-cycle-exists',
        'strong-PL-2-cycle-exists',
      ].sort(),
    );
  });

  it('of no sense at all', () => {
    fc.assert(
      fc.property(nonsense, (lines) => {
        const operations = makeOfNonsense(lines);
        expect(judgeFast(operations)).toEqual(judgeNaively(operations));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  it('and every cycle shown is one: each step holds, and leads from one operation to the next', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const operations = play(steps);
        for (const { name, witnesses } of checkHistory(operations).anomalies) {
          if (!CYCLES.includes(name)) continue;
          for (const witness of witnesses) expectCycle(witness, operations);
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

function expectCycle(witness: Readonly<Record<string, unknown>>, operations: readonly Operation[]): void {
  const cycle = witness.cycle as readonly Operation[];
  const steps = witness.steps as readonly Readonly<Record<string, unknown>>[];
  expect(steps).toHaveLength(cycle.length - 1);
  expect(cycle.at(-1)).toBe(cycle[0]);
  for (const [at, step] of steps.entries()) {
    const [from, to] = [cycle[at]!, cycle[at + 1]!];
    if (step.type === 'realtime') {
      expect(step["a'"]).toBe(from);
      expect((step.b as Operation).process).toBe(to.process);
      expect(operations.indexOf(step.b as Operation)).toBeGreaterThan(operations.indexOf(from));
    } else {
      const sent = (from.value as readonly unknown[][])[step['a-mop-index'] as number];
      expect(sent?.slice(0, 2)).toEqual(['send', step.key]);
      expect([sent?.[2]].flat()).toContain(step.value);
      const micro = (to.value as readonly unknown[][])[step['b-mop-index'] as number];
      expect(micro?.[0]).toBe(step.type === 'wr' ? 'poll' : 'send');
    }
  }
}

describe('the verdict does not depend on how a history is written down', () => {
  const asText = (
    operations: readonly Operation[],
    options: { colons: boolean; texts: boolean; objects: boolean },
  ) => {
    const name = (text: string): string => (options.colons ? `:${text}` : text);
    const scalar = (value: unknown): unknown =>
      options.texts && typeof value === 'number' ? String(value) : value;
    const records = (pairs: readonly (readonly [number, unknown])[]) =>
      pairs.map(([offset, value]) => [offset, scalar(value)]);
    const answer = (byKey: readonly (readonly [number, readonly (readonly [number, unknown])[]])[]) =>
      options.objects
        ? Object.fromEntries(byKey.map(([key, pairs]) => [String(key), records(pairs)]))
        : byKey.map(([key, pairs]) => [scalar(key), records(pairs)]);
    const micro = (value: readonly unknown[]): unknown => {
      if (value[0] === 'poll')
        return value.length < 2 ? [name('poll')] : [name('poll'), answer(value[1] as never)];
      const sent = value[2];
      return [
        name('send'),
        scalar(value[1]),
        Array.isArray(sent) ? [sent[0], scalar(sent[1])] : scalar(sent),
      ];
    };
    return operations
      .map(({ type, f, value, ...rest }) => {
        const list = value as readonly (readonly unknown[])[];
        const written = f === 'assign' ? list.map(scalar) : list.map(micro);
        return JSON.stringify({ ...rest, value: written, f: name(f), type: name(type) });
      })
      .join('\n');
  };

  it('keys and values as numbers or text, names with or without colon, polls as objects or lists', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.record({ colons: fc.boolean(), texts: fc.boolean(), objects: fc.boolean() }),
        (steps, options) => {
          // An object cannot hold one key twice, nor say in which order keys came.
          const operations = play(
            steps.map((each) => ({ ...each, what: each.what === 'txn' ? 'poll' : each.what })),
          );
          const read = readHistory([new TextEncoder().encode(asText(operations, options))]).operations;
          expect(judgeFast(read)).toEqual(judgeFast(operations));
        },
      ),
      { numRuns: 500, seed: 6 },
    );
  });

  it('and is the same every time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const operations = play(steps);
        expect(JSON.stringify(checkHistory(operations))).toBe(JSON.stringify(checkHistory(play(steps))));
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
