import { describe, expect, it } from 'vitest';
import { Story } from './testing/story.js';

describe('lost-write', () => {
  it('is an acknowledged value that everybody read past', () => {
    const story = new Story();
    const first = story.sends(0, ['x', 1, 0], ['x', 2, 1]);
    story.sends(1, ['x', 3, 5]);
    const reader = story.polls(2, { x: [[1, 2]] });
    const reread = story.polls(3, { x: [[5, 3]] });
    expect(story.witnesses('lost-write')).toEqual([
      { key: 'x', value: 1, index: 0, 'max-read-index': 2, writer: first, 'max-read': reread },
    ]);
    expect(reader.index).toBeLessThan(reread.index);
  });

  it('is not a value beyond the furthest read: that may still come', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0], ['x', 2, 1]);
    story.polls(1, { x: [[0, 1]] });
    expect(story.counts()).toEqual({ unseen: 1 });
  });

  it('is not a value whose sending may have failed', () => {
    const story = new Story();
    story.sendsAs('info', 0, ['x', 1, 0]);
    story.sendsAs('fail', 0, ['x', 2, 1]);
    story.sends(1, ['x', 3, 2]);
    story.polls(2, { x: [[2, 3]] });
    expect(story.counts()).toEqual({});
  });

  it('is a value of an unknown send when another value of it was read: the whole send took effect', () => {
    const story = new Story();
    const half = story.sendsAs('info', 0, ['x', 1, 0], ['y', 2, 0]);
    story.sends(1, ['x', 3, 1]);
    const reader = story.polls(2, { x: [[1, 3]], y: [[0, 2]] });
    expect(story.witnesses('lost-write')).toEqual([
      { key: 'x', value: 1, index: 0, 'max-read-index': 1, writer: half, 'max-read': reader },
    ]);
  });

  it('is found where a later value took the same offset', () => {
    const story = new Story();
    const overwritten = story.sends(0, ['x', 17, 4]);
    story.sends(1, ['x', 91, 4], ['x', 92, 7]);
    const reader = story.polls(2, {
      x: [
        [4, 91],
        [7, 92],
      ],
    });
    expect(story.witnesses('lost-write')).toEqual([
      { key: 'x', value: 17, index: 0, 'max-read-index': 1, writer: overwritten, 'max-read': reader },
    ]);
  });

  it('excuses a value that also stands beyond the bound', () => {
    const story = new Story();
    story.sends(0, ['x', 1, 0]);
    story.sends(0, ['x', 2, 1]);
    story.pollsAs('info', 1, { x: [[9, 1]] });
    story.polls(2, { x: [[1, 2]] });
    expect(story.counts()).toMatchObject({ duplicate: 1, unseen: 1 });
    expect(story.witnesses('lost-write')).toEqual([]);
  });
});

describe('unseen', () => {
  it('counts acknowledged values that no ok poll returned, with the time of the last thing known', () => {
    const story = new Story();
    story.sends(0, ['x', 2, 1], ['x', 1, 0]);
    story.sends(0, ['y', 1, 0]);
    story.pollsAs('info', 1, { x: [[0, 1]] });
    const last = story.polls(1, { y: [[0, 1]] });
    story.assigns(1, ['x']);
    const [anomaly] = story.check().anomalies.filter(({ name }) => name === 'unseen');
    expect(anomaly).toEqual({
      name: 'unseen',
      count: 2,
      allowed: false,
      witnesses: [{ time: last.time, unseen: { x: 2 }, messages: { x: [1, 2] } }],
    });
  });

  it('says nothing of sends that were not acknowledged', () => {
    const story = new Story();
    story.sendsAs('info', 0, ['x', 1]);
    story.sendsAs('fail', 0, ['x', 2]);
    story.polls(1, {});
    expect(story.counts()).toEqual({});
  });

  it('lists keys of any name', () => {
    const story = new Story();
    story.sends(0, ['__proto__', 1, 0], ['constructor', 2, 0]);
    const [witness] = story.witnesses('unseen');
    expect(JSON.stringify(witness)).toContain('"unseen":{"__proto__":1,"constructor":1}');
  });

  it('shows the first 32 values of each key, counts them all', () => {
    const story = new Story();
    for (let value = 99; value >= 0; value--) story.sendsAs('ok', 0, ['x', value]);
    const [witness] = story.witnesses('unseen');
    expect(witness).toMatchObject({ unseen: { x: 100 } });
    expect(witness?.messages).toEqual({ x: Array.from({ length: 32 }, (_, value) => value) });
  });
});
