import { describe, expect, it } from 'vitest';
import { anomalyNames, openWords } from './story-lines.js';

describe('the names of what broke', () => {
  it('each stand once, with the sum of what several elections explain, without what is allowed', () => {
    const anomaly = (name: string, count: number, allowed = false) => ({
      name,
      count,
      allowed,
      witnesses: [],
    });
    expect(
      anomalyNames([
        anomaly('lost-write', 9),
        anomaly('unseen', 1),
        anomaly('lost-write', 1074),
        anomaly('G0', 2, true),
      ]),
    ).toBe('lost-write ×1,083, unseen');
  });
});

describe('a reason for not knowing', () => {
  it('does not contradict a verdict that is known', () => {
    expect(openWords('unknown')).toBe('unknown because');
    expect(openWords('invalid')).toBe('besides, not judged:');
  });
});
