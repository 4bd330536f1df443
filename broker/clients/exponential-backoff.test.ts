import { describe, expect, it } from 'vitest';
import { TinyWorld } from '../protocol/testing/tiny-world.js';
import { ExponentialBackoff } from './exponential-backoff.js';

describe('back-off', () => {
  it('doubles with 20 % jitter up to its maximum, in whole microseconds', () => {
    const backoff = new ExponentialBackoff(100, 1_000, new TinyWorld().env('h').random('x'));
    for (let draw = 0; draw < 100; draw += 1) {
      for (const [attempts, millis] of [
        [0, 100],
        [1, 200],
        [2, 400],
      ] as const) {
        const micros = backoff.micros(attempts);
        expect(Number.isInteger(micros)).toBe(true);
        expect(micros).toBeGreaterThanOrEqual(millis * 800);
        expect(micros).toBeLessThanOrEqual(millis * 1_200);
      }
      expect(backoff.micros(50)).toBe(1_000_000);
    }
  });

  it('is none at all when configured so', () => {
    expect(new ExponentialBackoff(0, 1_000, new TinyWorld().env('h').random('x')).micros(3)).toBe(0);
  });
});
