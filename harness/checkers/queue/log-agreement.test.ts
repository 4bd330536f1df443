import { describe, expect, it } from 'vitest';
import { Story } from './testing/story.js';

describe('duplicate', () => {
  it('is one value at two offsets, whoever saw it there', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 3]);
    story.pollsAs('fail', 1, { x: [[7, 1]] });
    story.polls(2, { x: [[3, 1]] });
    expect(story.witnesses('duplicate')).toEqual([{ key: 'x', value: 1, count: 2, offsets: [3, 7] }]);
  });

  it('is not the same offset read twice, nor one value in two keys', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 3], ['y', 1, 4]);
    story.polls(1, { x: [[3, 1]] });
    story.polls(2, { x: [[3, 1]], y: [[4, 1]] });
    expect(story.counts()).toEqual({});
  });

  it('does not believe the offset of a send that failed, or is unknown and unread', () => {
    const story = new Story();
    story.sendsAs('fail', 0, ['x', 1, 3]);
    story.sendsAs('info', 0, ['x', 2, 4]);
    story.pollsAs('fail', 1, {
      x: [
        [8, 1],
        [9, 2],
      ],
    });
    expect(story.counts()).toEqual({});
  });

  it('counts all and shows 32, those at the fewest offsets first', () => {
    const story = new Story();
    for (let value = 0; value < 40; value++) story.sends(0, ['x', value, value]);
    const twice = Array.from({ length: 40 }, (_, value) => [100 + value, value] as const);
    story.polls(1, { x: [...twice, [200, 7]] });
    const found = story.check().anomalies.find(({ name }) => name === 'duplicate');
    expect(found?.count).toBe(40);
    expect(found?.witnesses).toHaveLength(32);
    expect(found?.witnesses.some((witness) => witness.value === 7)).toBe(false);
    expect(story.witnesses('duplicate', { trim: false })).toHaveLength(40);
  });
});

describe('inconsistent-offsets', () => {
  it('is an offset at which two readers saw different values', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.sends(0, ['x', 9], ['x', 4]);
    story.polls(1, { x: [[12, 9]] });
    story.polls(2, {
      x: [
        [0, 1],
        [12, 4],
      ],
    });
    expect(story.witnesses('inconsistent-offsets')).toEqual([
      { key: 'x', offset: 12, index: 1, values: [4, 9] },
    ]);
  });

  it('is not two values of which one may never have been written', () => {
    const story = new Story();
    story.sendsAs('info', 0, ['x', 1, 0], ['y', 1]);
    story.sends(1, ['x', 2, 0]);
    story.polls(2, { x: [[0, 2]] });
    expect(story.counts()).toEqual({});
    story.polls(2, { y: [[0, 1]] });
    expect(story.witnesses('inconsistent-offsets')).toEqual([
      { key: 'x', offset: 0, index: 0, values: [1, 2] },
    ]);
  });

  it('lets gaps in the offsets be', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 10], ['x', 2, 20]);
    story.polls(1, {
      x: [
        [10, 1],
        [20, 2],
      ],
    });
    expect(story.counts()).toEqual({});
  });
});

describe('G1a', () => {
  it('is an ok poll of a value whose send failed, once per reading', () => {
    const story = new Story();
    const writer = story.sendsAs('fail', 0, ['x', 1], ['y', 2]);
    const reader = story.polls(1, { x: [[0, 1]] });
    const again = story.polls(2, { x: [[0, 1]] });
    expect(story.witnesses('G1a')).toEqual([
      { key: 'x', value: 1, writer, reader },
      { key: 'x', value: 1, writer, reader: again },
    ]);
  });

  it('is not a read of a send of unknown outcome, nor a read by a poll that was not ok', () => {
    const story = new Story();
    story.sendsAs('info', 0, ['x', 1]);
    story.sendsAs('fail', 0, ['x', 2]);
    story.polls(1, { x: [[0, 1]] });
    story.pollsAs('info', 2, { x: [[1, 2]] });
    expect(story.counts()).toEqual({});
  });
});

describe('precommitted-read', () => {
  it('is an operation that polls what it sent itself', () => {
    const story = new Story();
    const invocation = story.invoke(0, 'txn', [['send', 'x', 1], ['poll']]);
    const op = story.complete(invocation, 'ok', [
      ['send', 'x', [0, 1]],
      ['poll', { x: [[0, 1]] }],
    ]);
    expect(story.witnesses('precommitted-read')).toEqual([{ op, key: 'x', value: 1 }]);
  });

  it('is counted once for an operation, however many of its keys are concerned', () => {
    const story = new Story();
    const asked = [['send', 'x', 1], ['send', 'y', 2], ['poll']];
    const op = story.complete(story.invoke(0, 'txn', asked), 'ok', [
      ['send', 'x', [0, 1]],
      ['send', 'y', [0, 2]],
      ['poll', { y: [[0, 2]], x: [[0, 1]] }],
    ]);
    expect(story.counts()['precommitted-read']).toBe(1);
    expect(story.witnesses('precommitted-read')).toEqual([{ op, key: 'x', value: 1 }]);
  });

  it('is not a poll of the same value in another key, nor of another’s', () => {
    const story = new Story();
    story.sends(1, ['y', 1, 0], ['x', 2, 0]);
    const invocation = story.invoke(0, 'txn', [['send', 'x', 1], ['poll']]);
    story.complete(invocation, 'ok', [
      ['send', 'x', [1, 1]],
      ['poll', { x: [[0, 2]], y: [[0, 1]] }],
    ]);
    story.polls(2, { x: [[1, 1]] });
    expect(Object.keys(story.counts())).not.toContain('precommitted-read');
  });
});
