import { describe, expect, it } from 'vitest';
import { brokenInvariants, invariantSentence } from './invariant-words.js';

const where = { partition: 'orders-1', host: 'b2', timeMicros: 5_226_166 };

describe('a broken invariant in words', () => {
  it.each([
    [
      'committed-loss',
      { ...where, offset: 121, how: 'truncated by a member of the ISR', committedEnd: 122 },
      'b2, a member of the ISR, truncates orders-1 to 121; what lies below 122 was committed',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'joined the ISR without committed records' },
      'b2 joins the ISR of orders-1 without committed offsets from 121',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, how: 'gone after a restart without power loss' },
      'b2 is back without committed offsets from 121 of orders-1, though its disk lost no power',
    ],
    [
      'committed-loss',
      { ...where, offset: 121, highWatermark: 130, how: 'the high watermark passed records that …' },
      'the high watermark of orders-1 moves to 130; b2, a member of the ISR, lacks offset 121',
    ],
    [
      'two-leaders-in-epoch',
      { ...where, hosts: ['b1', 'b2'], leaderEpoch: 3 },
      'b1, b2 both lead orders-1 in leader epoch 3',
    ],
    [
      'hw-above-log-end',
      { ...where, highWatermark: 12, logEndOffset: 10 },
      'the high watermark of orders-1 on b2 is 12, beyond the end of its log at 10',
    ],
    [
      'hw-regress',
      { ...where, leaderEpoch: 3, from: 12, to: 10 },
      'the high watermark of orders-1 moves back from 12 to 10 on its leader b2 (epoch 3)',
    ],
    [
      'ack-before-commit',
      { ...where, offset: 12, committedEnd: 10, leaderEpoch: 3 },
      'b2 acknowledges offset 12 of orders-1 (epoch 3); committed is only what lies below 10',
    ],
    [
      'read-above-hw',
      { ...where, fromOffset: 9, endOffset: 13, committedEnd: 10 },
      'b2 gives a consumer orders-1 up to offset 12; committed is only what lies below 10',
    ],
    [
      'commit-below-min-isr',
      { ...where, highWatermark: 12, holders: 1, minInsyncReplicas: 2 },
      'the high watermark of orders-1 moves to 12 though only 1 of its replicas hold what lies below; min.insync.replicas is 2',
    ],
    [
      'leader-not-in-isr',
      { ...where, leader: 'b3', leaderEpoch: 4, isr: ['b1', 'b2'] },
      'b3 becomes leader of orders-1 (epoch 4) and is not in the ISR, b1, b2',
    ],
    [
      'leader-completeness',
      { ...where, leader: 'b3', leaderEpoch: 4, offset: 7, committedEnd: 9, isr: ['b3'] },
      'b3 becomes leader of orders-1 (epoch 4) without committed offsets from 7; committed is what lies below 9',
    ],
    [
      'log-matching',
      { ...where, offset: 7, committed: null, held: null },
      'b2 holds something else at offset 7 of orders-1 than was committed there',
    ],
  ])('%s %#', (name, witness, sentence) => {
    expect(invariantSentence(name, witness)).toBe(sentence);
  });

  it('is told once for each, and not where the settings permit it or where it is no invariant', () => {
    const witness = { ...where, offset: 7 };
    const anomaly = { count: 2, witnesses: [witness, witness], allowed: false };
    expect(
      brokenInvariants([
        { ...anomaly, name: 'log-matching' },
        { ...anomaly, name: 'log-matching', allowed: true },
        { ...anomaly, name: 'lost-write', witnesses: [{ key: 'orders-1', value: 7 }] },
        { ...anomaly, name: 'reordered-send' },
      ]),
    ).toEqual([
      {
        timeMicros: 5_226_166,
        text: 'b2 holds something else at offset 7 of orders-1 than was committed there',
      },
    ]);
  });
});
