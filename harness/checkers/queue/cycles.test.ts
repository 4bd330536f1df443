import { describe, expect, it } from 'vitest';
import type { Operation } from '../../history/operation.js';
import { Story } from './testing/story.js';

/** Two transactions at the same time, with these answers; then whatever `after` adds. */
function concurrently(first: readonly unknown[], second: readonly unknown[]): [Story, Operation, Operation] {
  const story = new Story();
  const asked = (micros: readonly unknown[]) =>
    micros.map((micro) => {
      const [name, key, sent] = micro as readonly [string, unknown, (readonly unknown[])?];
      return name === 'poll' ? ['poll'] : ['send', key, sent?.[1]];
    });
  const firstInvoked = story.invoke(0, 'txn', asked(first));
  const secondInvoked = story.invoke(1, 'txn', asked(second));
  const firstDone = story.complete(firstInvoked, 'ok', first);
  const secondDone = story.complete(secondInvoked, 'ok', second);
  return [story, firstDone, secondDone];
}

describe('G0', () => {
  it('is a cycle of writes: two transactions landed in opposite orders in two keys', () => {
    const [story, a, b] = concurrently(
      [
        ['send', 'x', [0, 1]],
        ['send', 'y', [1, 2]],
      ],
      [
        ['send', 'x', [1, 3]],
        ['send', 'y', [0, 4]],
      ],
    );
    story.polls(2, {
      x: [
        [0, 1],
        [1, 3],
      ],
      y: [
        [0, 4],
        [1, 2],
      ],
    });
    expect(story.counts()).toEqual({ G0: 1, 'PL-1-cycle-exists': 1 });
    expect(story.witnesses('G0')).toEqual([
      {
        type: 'G0',
        cycle: [a, b, a],
        steps: [
          { type: 'ww', key: 'x', value: 1, "value'": 3, 'a-mop-index': 0, 'b-mop-index': 0 },
          { type: 'ww', key: 'y', value: 4, "value'": 2, 'a-mop-index': 1, 'b-mop-index': 1 },
        ],
      },
    ]);
    expect(story.witnesses('PL-1-cycle-exists')).toEqual([
      {
        type: 'PL-1-cycle-exists',
        not: 'read-uncommitted',
        subgraph: ['union', 'ww', 'wwp'],
        'scc-size': 2,
        scc: [a.index, b.index],
      },
    ]);
    expect(story.check().anomalies.every(({ allowed }) => allowed)).toBe(true);
  });

  it('disappears with the order of offsets as a dependency', () => {
    const [story] = concurrently(
      [
        ['send', 'x', [0, 1]],
        ['send', 'y', [1, 2]],
      ],
      [
        ['send', 'x', [1, 3]],
        ['send', 'y', [0, 4]],
      ],
    );
    expect(story.counts({ wwDeps: false })).toEqual({ unseen: 4 });
  });
});

describe('G1c', () => {
  it('is information that flows in a circle: each transaction polled what the other sent', () => {
    const [story, a, b] = concurrently(
      [
        ['send', 'x', [0, 1]],
        ['poll', { y: [[0, 2]] }],
      ],
      [
        ['send', 'y', [0, 2]],
        ['poll', { x: [[0, 1]] }],
      ],
    );
    expect(story.counts()).toEqual({ G1c: 1, 'PL-2-cycle-exists': 1 });
    expect(story.witnesses('G1c')).toEqual([
      {
        type: 'G1c',
        cycle: [a, b, a],
        steps: [
          { type: 'wr', key: 'x', value: 1, 'a-mop-index': 0, 'b-mop-index': 1 },
          { type: 'wr', key: 'y', value: 2, 'a-mop-index': 0, 'b-mop-index': 1 },
        ],
      },
    ]);
    const allowedOf = (wwDeps: boolean) => story.check({ wwDeps }).anomalies.map(({ allowed }) => allowed);
    expect(allowedOf(true)).toEqual([true, true]);
    expect(allowedOf(false)).toEqual([false, false]);
  });

  it('mixes reads with writes', () => {
    const [story, a, b] = concurrently(
      [
        ['send', 'x', [0, 1]],
        ['send', 'y', [2, 3]],
      ],
      [
        ['poll', { x: [[0, 1]] }],
        ['send', 'y', [1, 2]],
      ],
    );
    story.polls(2, {
      y: [
        [1, 2],
        [2, 3],
      ],
    });
    expect(story.counts()).toEqual({ G1c: 1, 'PL-2-cycle-exists': 1 });
    const [witness] = story.witnesses('G1c');
    expect(witness?.cycle).toEqual([a, b, a]);
    expect(witness?.steps).toMatchObject([{ type: 'wr' }, { type: 'ww', value: 2, "value'": 3 }]);
  });

  it('is not a transaction that polls what it sent itself', () => {
    const [story] = concurrently(
      [
        ['send', 'x', [0, 1]],
        ['poll', { x: [[0, 1]] }],
      ],
      [['poll', {}]],
    );
    expect(story.counts()).toEqual({ 'precommitted-read': 1 });
  });
});

describe('cycles through real time', () => {
  it('G1c-realtime: a value read before it was asked to be sent', () => {
    const story = new Story();
    const reader = story.polls(0, { x: [[0, 1]] });
    const writing = story.invoke(1, 'send', [['send', 'x', 1]]);
    const writer = story.complete(writing, 'ok', [['send', 'x', [0, 1]]]);
    expect(story.counts()).toEqual({ 'G1c-realtime': 1, 'strong-PL-2-cycle-exists': 1 });
    expect(story.witnesses('G1c-realtime')).toEqual([
      {
        type: 'G1c-realtime',
        cycle: [reader, writer, reader],
        steps: [
          { type: 'realtime', "a'": reader, b: writing },
          { type: 'wr', key: 'x', value: 1, 'a-mop-index': 0, 'b-mop-index': 0 },
        ],
      },
    ]);
  });

  it('G0-realtime: a later send lands before an earlier one', () => {
    const story = new Story();
    const early = story.sends(0, ['x', 1, 1]);
    const late = story.sends(1, ['x', 2, 0]);
    story.polls(2, {
      x: [
        [0, 2],
        [1, 1],
      ],
    });
    expect(story.counts()).toEqual({ 'G0-realtime': 1, 'strong-PL-1-cycle-exists': 1 });
    const [witness] = story.witnesses('G0-realtime');
    expect(witness?.cycle).toEqual([early, late, early]);
  });

  it('are told from those of one process on request', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 1]);
    story.sends(0, ['x', 2, 0]);
    story.polls(2, {
      x: [
        [0, 2],
        [1, 1],
      ],
    });
    expect(story.counts()).toMatchObject({ 'G0-realtime': 1, 'strong-PL-1-cycle-exists': 1 });
    expect(story.counts({ processOrder: true })).toMatchObject({
      'G0-process': 1,
      'strong-session-PL-1-cycle-exists': 1,
    });
  });

  it('need an operation that was over before the other began', () => {
    const story = new Story();
    const reading = story.invoke(0, 'poll', [['poll']]);
    const writing = story.invoke(1, 'send', [['send', 'x', 1]]);
    story.complete(reading, 'ok', [['poll', { x: [[0, 1]] }]]);
    story.complete(writing, 'ok', [['send', 'x', [0, 1]]]);
    expect(story.counts()).toEqual({});
  });

  it('do not follow from operations that failed or are unknown', () => {
    const story = new Story();
    story.pollsAs('info', 0, { x: [[0, 1]] });
    story.pollsAs('fail', 1, { x: [[0, 1]] });
    story.sends(2, ['x', 1, 0]);
    story.polls(3, { x: [[0, 1]] });
    expect(story.counts()).toEqual({});
  });

  it('close through a send that was never completed', () => {
    const story = new Story();
    story.polls(0, { x: [[0, 1]] });
    story.invoke(1, 'send', [['send', 'x', 1]]);
    expect(story.check()).toMatchObject({ operations: 3, anomalies: [{ name: 'G1c-realtime' }, {}] });
  });
});

describe('a value that nobody sent', () => {
  it('leaves the verdict open, in words', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.polls(1, {
      x: [
        [0, 1],
        [1, 99],
      ],
    });
    const { anomalies, unknownBecause } = story.check();
    expect(anomalies).toEqual([]);
    expect(unknownBecause).toEqual([expect.stringContaining('value 99 of key x')]);
  });
});
