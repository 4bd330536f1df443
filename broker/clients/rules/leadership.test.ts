import { describe, expect, it } from 'vitest';
import { acceptsLeaderEpoch, judgePosition, mustValidatePosition } from './leadership.js';

describe('metadata', () => {
  it('is news only under the same or a newer leader epoch', () => {
    expect(acceptsLeaderEpoch({ known: 5, offered: 5, isOtherTopic: false })).toBe(true);
    expect(acceptsLeaderEpoch({ known: 5, offered: 6, isOtherTopic: false })).toBe(true);
    expect(acceptsLeaderEpoch({ known: 5, offered: 4, isOtherTopic: false })).toBe(false);
    expect(acceptsLeaderEpoch({ known: 5, offered: -1, isOtherTopic: false })).toBe(true);
    expect(acceptsLeaderEpoch({ known: 5, offered: 0, isOtherTopic: true })).toBe(true);
  });
});

describe('a position', () => {
  const position = { offset: 10, offsetEpoch: 3 };

  it('is validated when the leader epoch rose (KAFKA-7747), if the epoch of what was read is known', () => {
    expect(mustValidatePosition({ position, knownLeaderEpoch: 3, newLeaderEpoch: 4 })).toBe(true);
    expect(mustValidatePosition({ position, knownLeaderEpoch: 4, newLeaderEpoch: 4 })).toBe(false);
    const unknown = { offset: 10, offsetEpoch: -1 };
    expect(mustValidatePosition({ position: unknown, knownLeaderEpoch: 3, newLeaderEpoch: 4 })).toBe(false);
  });

  it('stands when its epoch reaches it on the leader', () => {
    expect(judgePosition(position, { leaderEpoch: 3, endOffset: 10 })).toEqual({ kind: 'valid' });
    expect(judgePosition(position, { leaderEpoch: 3, endOffset: 15 })).toEqual({ kind: 'valid' });
  });

  it('stands on truncated records when its epoch ends before it', () => {
    const divergence = { leaderEpoch: 2, endOffset: 7 };
    expect(judgePosition(position, divergence)).toEqual({ kind: 'truncated', divergence });
  });

  it('is lost when the leader knows no such epoch', () => {
    expect(judgePosition(position, { leaderEpoch: -1, endOffset: -1 })).toEqual({ kind: 'unknown' });
  });
});
