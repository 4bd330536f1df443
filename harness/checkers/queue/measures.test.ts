import { describe, expect, it } from 'vitest';
import { Story } from './testing/story.js';

describe('worst realtime lag', () => {
  it('is how long a better answer had been known when the worst poll began', () => {
    const story = new Story();
    story.assigns(0, ['x']);
    story.polls(0, { x: [] });
    const acked = story.sends(1, ['x', 1, 0], ['x', 2, 4]);
    story.polls(0, { x: [[0, 1]] });
    const stale = story.invoke(0, 'poll', [['poll']]);
    story.complete(stale, 'ok', [['poll', {}]]);
    story.polls(0, { x: [[4, 2]] });
    expect(story.check().worstRealtimeLag).toEqual({
      time: stale.time,
      lag: stale.time - acked.time,
      process: 0,
      key: 'x',
    });
  });

  it('starts again from nothing when a key was dropped and assigned anew', () => {
    const story = new Story();
    story.assigns(0, ['x']);
    const acked = story.sends(1, ['x', 1, 0]);
    story.polls(0, { x: [[0, 1]] });
    story.assigns(0, ['y']);
    story.assigns(0, ['x']);
    const rewound = story.invoke(0, 'poll', [['poll']]);
    story.complete(rewound, 'ok', [['poll', {}]]);
    expect(story.check().worstRealtimeLag).toMatchObject({
      time: rewound.time,
      lag: rewound.time - acked.time,
    });
  });

  it('is nothing for a process that keeps up', () => {
    const story = new Story();
    story.assigns(0, ['x']);
    story.sends(1, ['x', 1, 0]);
    story.polls(0, { x: [[0, 1]] });
    story.polls(0, { x: [] });
    expect(story.check().worstRealtimeLag).toMatchObject({ lag: 0 });
  });
});

describe('the lag of a key just assigned', () => {
  it('does not count from polls before', () => {
    const story = new Story();
    story.sends(1, ['x', 1, 0]);
    story.polls(0, {});
    story.assigns(0, ['x']);
    expect(story.check().worstRealtimeLag).toMatchObject({ lag: 0 });
  });
});

describe('the lag of a key that one operation both polls and sends to', () => {
  it('is none: it saw its own send', () => {
    const story = new Story();
    story.sends(1, ['x', 1, 0]);
    story.polls(0, {});
    const invocation = story.invoke(0, 'txn', [['poll'], ['send', 'x', 3]]);
    story.sends(1, ['x', 2, 1]);
    story.complete(invocation, 'ok', [
      ['poll', { x: [[0, 1]] }],
      ['send', 'x', [2, 3]],
    ]);
    expect(story.check().worstRealtimeLag).toMatchObject({ lag: 0 });
  });
});

describe('consume counts', () => {
  it('count what each subscribed process polled how often', () => {
    const story = new Story();
    story.sends(9, ['x', 1, 0], ['x', 2, 1]);
    story.polls(0, { x: [[0, 1]] });
    story.assigns(0, ['x'], 'subscribe');
    story.polls(0, { x: [[0, 1]] });
    story.polls(0, {
      x: [
        [0, 1],
        [1, 2],
      ],
    });
    story.pollsAs('info', 0, { x: [[1, 2]] });
    expect(story.check().consumeCounts).toEqual({
      distribution: { '1': 1, '2': 1 },
      'dup-counts': { x: { '1': 2 } },
    });
  });

  it('count keys of any name and leave the prototype of objects alone', () => {
    const story = new Story();
    const key = '__proto__';
    const polled = { [key]: [[0, 'polluted']] } as const;
    story.sends(9, [key, 'polluted', 0]);
    story.assigns(0, [key], 'subscribe');
    story.polls(0, polled);
    story.polls(0, polled);
    const counts = story.check().consumeCounts?.['dup-counts'];
    expect({}).not.toHaveProperty('polluted');
    expect(JSON.stringify(counts)).toBe('{"__proto__":{"polluted":2}}');
  });
});

describe('stats', () => {
  it('leave the verdict open when a kind of operation never succeeded', () => {
    const story = new Story();
    story.sendsAs('info', 0, ['x', 1]);
    story.polls(1, {});
    const { stats, unknownBecause } = story.check();
    expect(unknownBecause).toContain('no send ever succeeded (0 failed, 1 unknown)');
    expect(stats?.byF).toEqual({
      send: { count: 1, ok: 0, fail: 0, info: 1 },
      poll: { count: 1, ok: 1, fail: 0, info: 0 },
    });
  });

  it('let crashes and debugging fail as they like', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.polls(1, { x: [[0, 1]] });
    story.complete(story.invoke(2, 'crash', null), 'info', null);
    story.complete(story.invoke(2, 'debug-topic-partitions', ['x']), 'fail', null);
    expect(story.check().unknownBecause).toEqual([]);
  });

  it('tell kinds of operations apart, however many there are', () => {
    const story = new Story();
    for (let round = 0; round < 2; round++) {
      for (let kind = 0; kind < 40; kind++) {
        const operation = story.invoke(0, `kind ${kind}`, null);
        story.complete(operation, round === 0 ? 'ok' : 'fail', null);
      }
    }
    const byF = new Map(Object.entries(story.check().stats?.byF ?? {}));
    expect(byF.size).toBe(40);
    expect(byF.get('kind 39')).toEqual({ count: 2, ok: 1, fail: 1, info: 0 });
    expect(byF.get('kind 3')).toEqual({ count: 2, ok: 1, fail: 1, info: 0 });
  });

  it('leave the verdict open for an empty history', () => {
    expect(new Story().check().unknownBecause).toContain('the history has no completed operation');
  });
});

describe('a history in which nothing depends on anything', () => {
  it('leaves the verdict open', () => {
    const story = new Story();
    story.polls(0, {});
    const reason = 'no operation depends on another, so there is nothing to judge';
    expect(story.check().unknownBecause).toEqual([reason]);
    story.polls(0, {});
    expect(story.check().unknownBecause).toEqual([]);
  });
});

describe('causes of unknown outcomes', () => {
  it('are listed once each', () => {
    const story = new Story();
    for (const error of ['timeout', 'disconnect', 'timeout']) {
      story.history.complete(story.invoke(0, 'send', [['send', 'x', 1]]), 5, 'info', null, error);
    }
    expect(story.check().infoCauses).toEqual(['timeout', 'disconnect']);
  });
});
