import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFrom, insistOnSound } from './distribution.js';
import { HarnessBug } from './harness-bug.js';
import { SeededStream } from './random-stream.js';
import { Simulation } from './simulation.js';

function drawsOf(seed: string, label: string, count = 20): number[] {
  const stream = new SeededStream(seed, label);
  return Array.from({ length: count }, () => stream.nextInt(1_000_000));
}

describe('random streams', () => {
  it('are frozen: the same numbers for a seed and a label, for ever', () => {
    const stream = new SeededStream('seismolog', 'golden');
    const drawn = [10, 1_000, 1_000_000, 2_000_000_000, 0x80000000].map((bound) => stream.nextInt(bound));
    expect(drawn).toMatchInlineSnapshot(`
      [
        2,
        711,
        200830,
        1800983763,
        1938360279,
      ]
    `);
  });

  it('differ by seed and by label', () => {
    expect(drawsOf('a', 'x')).toEqual(drawsOf('a', 'x'));
    expect(drawsOf('a', 'x')).not.toEqual(drawsOf('b', 'x'));
    expect(drawsOf('a', 'x')).not.toEqual(drawsOf('a', 'y'));
    expect(drawsOf('1', '2')).not.toEqual(drawsOf('12', ''));
  });

  it('do not move one another', () => {
    const simulation = new Simulation({ seed: 's' });
    simulation.random('other').nextInt(10);
    const stream = simulation.random('mine');
    expect(Array.from({ length: 20 }, () => stream.nextInt(1_000_000))).toEqual(drawsOf('s', 'mine'));
    expect(simulation.random('mine')).toBe(stream);
  });

  it('stay below their bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x80000000 }), fc.string(), (bound, seed) => {
        const stream = new SeededStream(seed, '');
        for (let index = 0; index < 20; index++) {
          const drawn = stream.nextInt(bound);
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
        }
      }),
    );
  });

  it.each([2, 3, 7, 10, 1_000_003, 3_000_000, 0x60000000])('are even over ten parts of [0, %i)', (bound) => {
    const stream = new SeededStream('even', '');
    const parts = Math.min(bound, 10);
    const counts = new Array<number>(parts).fill(0);
    for (let index = 0; index < 20_000; index++) {
      const part = Math.floor((stream.nextInt(bound) * parts) / bound);
      counts[part] = (counts[part] as number) + 1;
    }
    for (const count of counts) {
      expect(Math.abs(count - 20_000 / parts)).toBeLessThan(5 * Math.sqrt(20_000 / parts));
    }
  });

  it.each([0, -1, 1.5, 0x80000001, Number.NaN])('refuse the bound %d', (bound) => {
    expect(() => new SeededStream('s', '').nextInt(bound)).toThrow(HarnessBug);
  });
});

describe('distributions', () => {
  it('draw whole numbers inside their range, at both ends', () => {
    const random = new SeededStream('d', '');
    const uniform = new Set(
      Array.from({ length: 200 }, () => drawFrom({ kind: 'uniform', min: 3, max: 5 }, random)),
    );
    expect([...uniform].sort()).toEqual([3, 4, 5]);
    expect(drawFrom({ kind: 'constant', value: 9 }, random)).toBe(9);
    const quantiles = Array.from({ length: 2_000 }, () =>
      drawFrom({ kind: 'quantiles', values: [100, 200, 1_000] }, random),
    );
    expect(quantiles.every((value) => Number.isInteger(value) && value >= 100 && value < 1_000)).toBe(true);
    const below200 = quantiles.filter((value) => value < 200).length;
    expect(Math.abs(below200 - 1_000)).toBeLessThan(150);
  });

  it('are refused when they could draw a fraction or run backwards', () => {
    expect(() => insistOnSound({ kind: 'uniform', min: 5, max: 3 })).toThrow(HarnessBug);
    expect(() => insistOnSound({ kind: 'constant', value: 0.5 })).toThrow(HarnessBug);
    expect(() => insistOnSound({ kind: 'quantiles', values: [1] })).toThrow(HarnessBug);
    expect(() => insistOnSound({ kind: 'quantiles', values: [1, 2, 2] })).not.toThrow();
  });
});
