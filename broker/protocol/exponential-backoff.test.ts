import { describe, expect, it } from 'vitest';
import { TinyWorld } from '../testing/tiny-world.js';
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
    }
    const longest = Array.from({ length: 100 }, () => backoff.micros(50));
    expect(Math.min(...longest)).toBeGreaterThanOrEqual(800_000);
    expect(Math.min(...longest)).toBeLessThan(850_000);
    expect(Math.max(...longest)).toBe(1_000_000);
  });

  it('is what it is when it cannot grow', () => {
    const random = new TinyWorld().env('h').random('x');
    for (const [initial, max] of [
      [100, 100],
      [100, 50],
    ] as const) {
      const backoff = new ExponentialBackoff(initial, max, random);
      expect([backoff.micros(0), backoff.micros(9)]).toEqual([max * 1_000, max * 1_000]);
    }
  });

  it('is none at all when configured so', () => {
    expect(new ExponentialBackoff(0, 1_000, new TinyWorld().env('h').random('x')).micros(3)).toBe(0);
  });
});
