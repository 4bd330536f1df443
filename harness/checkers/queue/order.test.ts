import { describe, expect, it } from 'vitest';
import { Story } from './testing/story.js';

/** Five values of key x at offsets 0 to 4, and a reader who saw them all. */
function fiveValues(): Story {
  const story = new Story();
  for (let value = 0; value < 5; value++) story.sends(9, ['x', value, value]);
  story.polls(8, { x: [0, 1, 2, 3, 4].map((value) => [value, value] as const) });
  return story;
}

describe('poll-skip', () => {
  it('is a process that goes on further ahead than it left off', () => {
    const story = fiveValues();
    const before = story.polls(0, { x: [[0, 0]] });
    const after = story.polls(0, { x: [[3, 3]] });
    expect(story.counts()).toEqual({ 'poll-skip': 1 });
    expect(story.witnesses('poll-skip')).toEqual([
      { key: 'x', delta: 3, skipped: [1, 2], ops: [before, after] },
    ]);
  });

  it('is not a gap of offsets that hold nothing', () => {
    const story = new Story();
    story.sends(9, ['x', 1, 10], ['x', 2, 20]);
    story.polls(0, { x: [[10, 1]] });
    story.polls(0, { x: [[20, 2]] });
    expect(story.counts()).toEqual({});
  });

  it('is forgiven when the process dropped the key in between, not when it kept it', () => {
    for (const f of ['assign', 'subscribe'] as const) {
      const dropped = fiveValues();
      dropped.polls(0, { x: [[0, 0]] });
      dropped.assigns(0, ['y'], f);
      dropped.polls(0, { x: [[3, 3]] });
      expect(dropped.counts()).toEqual({});
      const kept = fiveValues();
      kept.polls(0, { x: [[0, 0]] });
      kept.assigns(0, ['y', 'x'], f);
      kept.polls(0, { x: [[3, 3]] });
      expect(kept.counts()).toEqual({ 'poll-skip': 1 });
    }
  });

  it('measures failed and unknown polls from the last ok one, and those after them too: the consumer was rewound', () => {
    const rewound = fiveValues();
    rewound.polls(0, { x: [[0, 0]] });
    rewound.pollsAs('fail', 0, { x: [[1, 1]] });
    rewound.pollsAs('info', 0, { x: [[1, 1]] });
    rewound.polls(0, { x: [[1, 1]] });
    expect(rewound.counts()).toEqual({});
    const story = fiveValues();
    const last = story.polls(0, { x: [[0, 0]] });
    story.pollsAs('fail', 0, { x: [[1, 1]] });
    const failed = story.pollsAs('fail', 0, { x: [[2, 2]] });
    expect(story.witnesses('poll-skip')).toEqual([{ key: 'x', delta: 2, skipped: [1], ops: [last, failed] }]);
  });

  it('shows the eight widest, ascending', () => {
    const story = new Story();
    for (let value = 0; value < 100; value++) story.sends(9, ['x', value, value]);
    story.polls(8, { x: Array.from({ length: 100 }, (_, value) => [value, value] as const) });
    for (let process = 10; process < 30; process++) {
      story.polls(process, { x: [[0, 0]] });
      story.polls(process, { x: [[process, process]] });
    }
    expect(story.counts()).toEqual({ 'poll-skip': 20 });
    expect(story.witnesses('poll-skip').map(({ delta }) => delta)).toEqual([22, 23, 24, 25, 26, 27, 28, 29]);
  });
});

describe('nonmonotonic-poll', () => {
  it('is a process that reads again what it has read', () => {
    const story = fiveValues();
    const before = story.polls(0, {
      x: [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    });
    const after = story.polls(0, {
      x: [
        [1, 1],
        [2, 2],
      ],
    });
    expect(story.counts()).toEqual({ 'nonmonotonic-poll': 1 });
    expect(story.witnesses('nonmonotonic-poll')).toEqual([
      { key: 'x', values: [2, 1], delta: -1, ops: [before, after] },
    ]);
  });

  it('is a matter of one process: two may read the same', () => {
    const story = fiveValues();
    story.polls(0, { x: [[1, 1]] });
    story.polls(1, { x: [[1, 1]] });
    expect(story.counts()).toEqual({});
  });

  it('is allowed, like poll-skip, to consumers that subscribe', () => {
    const story = fiveValues();
    story.polls(0, { x: [[1, 1]] });
    story.polls(0, { x: [[1, 1]] });
    const allowedOf = (subVia: readonly ('assign' | 'subscribe')[]) =>
      story.check({ subVia }).anomalies.map(({ name, allowed }) => [name, allowed]);
    expect(allowedOf(['assign'])).toEqual([['nonmonotonic-poll', false]]);
    expect(allowedOf(['assign', 'subscribe'])).toEqual([['nonmonotonic-poll', true]]);
  });

  it('is allowed where the history itself has a consumer that subscribes', () => {
    const story = fiveValues();
    story.assigns(1, ['x'], 'subscribe');
    story.polls(0, { x: [[1, 1]] });
    story.polls(0, { x: [[1, 1]] });
    expect(story.check().anomalies).toMatchObject([{ name: 'nonmonotonic-poll', allowed: true }]);
  });
});

describe('int-poll-skip and int-nonmonotonic-poll', () => {
  it('are found within one poll and between the polls of one operation', () => {
    const story = fiveValues();
    const within = story.polls(0, {
      x: [
        [0, 0],
        [2, 2],
      ],
    });
    const between = story.polls(1, { x: [[4, 4]] }, { y: [] }, { x: [[1, 1]] });
    expect(story.counts()).toEqual({ 'int-poll-skip': 1, 'int-nonmonotonic-poll': 1 });
    expect(story.witnesses('int-poll-skip')).toEqual([
      { key: 'x', values: [0, 2], delta: 2, skipped: [1], op: within },
    ]);
    expect(story.witnesses('int-nonmonotonic-poll')).toEqual([
      { key: 'x', values: [4, 1], delta: -3, op: between },
    ]);
  });

  it('are not held against a key that was rebalanced during the operation', () => {
    const story = fiveValues();
    const answer = [
      [
        'poll',
        {
          x: [
            [0, 0],
            [2, 2],
          ],
          y: [],
        },
      ],
    ];
    story.complete(story.invoke(0, 'poll', [['poll']]), 'ok', answer, [{ type: 'revoked', keys: ['x'] }]);
    expect(story.counts()).toEqual({});
    story.complete(story.invoke(1, 'poll', [['poll']]), 'ok', answer, [{ type: 'revoked', keys: ['y'] }]);
    expect(story.counts()).toEqual({ 'int-poll-skip': 1 });
  });
});

describe('nonmonotonic-send', () => {
  it('is a send that lands before the previous one of its process', () => {
    const story = new Story();
    const before = story.sends(0, ['x', 3, 3], ['x', 4, 4]);
    const after = story.sends(0, ['x', 1, 1], ['x', 2, 2]);
    expect(story.witnesses('nonmonotonic-send')).toEqual([
      { key: 'x', values: [4, 1], delta: -3, ops: [before, after] },
    ]);
  });

  it('remembers unknown sends and skips failed ones', () => {
    const story = new Story();
    story.sends(9, ['x', 0, 0]);
    const unknown = story.sendsAs('info', 0, ['x', 5]);
    story.sendsAs('fail', 0, ['x', 6]);
    const after = story.sends(0, ['x', 1, 1]);
    story.polls(1, {
      x: [
        [0, 0],
        [1, 1],
        [2, 5],
      ],
    });
    expect(story.witnesses('nonmonotonic-send')).toEqual([
      { key: 'x', values: [5, 1], delta: -1, ops: [unknown, after] },
    ]);
  });

  it('is not sends that leave room between them, nor sends of two processes, nor of a key given up in between', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 1]);
    story.sends(1, ['x', 0, 0]);
    story.sends(0, ['x', 9, 9]);
    story.assigns(0, ['y']);
    story.sends(0, ['x', 3, 3]);
    expect(story.witnesses('nonmonotonic-send')).toEqual([]);
  });
});

describe('int-send-skip and int-nonmonotonic-send', () => {
  it('compare the sends of one operation with where they landed', () => {
    const story = new Story();
    const skipping = story.sends(0, ['x', 1, 0], ['x', 3]);
    story.sends(1, ['x', 2, 1]);
    const reversed = story.sendsAs('info', 2, ['y', 2], ['y', 1]);
    story.polls(3, {
      x: [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      y: [
        [0, 1],
        [1, 2],
      ],
    });
    expect(story.witnesses('int-send-skip')).toEqual([
      { key: 'x', values: [1, 3], delta: 2, skipped: [2], op: skipping },
    ]);
    expect(story.witnesses('int-nonmonotonic-send')).toEqual([
      { key: 'y', values: [2, 1], delta: -1, op: reversed },
    ]);
    const allowed = story.check().anomalies.filter((anomaly) => anomaly.allowed);
    expect(allowed.map(({ name }) => name)).toEqual(['int-send-skip', 'G0', 'PL-1-cycle-exists']);
  });
});
