import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, clampViewport, panViewport, toMicros, toPixel, zoomViewport } from './viewport.js';

const end = 10_000_000;
const view = fc
  .tuple(fc.integer({ min: 0, max: end }), fc.integer({ min: 1, max: end }))
  .map(([start, span]) => clampViewport({ startMicros: start, endMicros: start + span }, end));

describe('the visible span', () => {
  it('never leaves the run, however it is zoomed and panned', () => {
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: -end, max: end }),
        (from, factor, by) => {
          const around = (from.startMicros + from.endMicros) / 2;
          for (const moved of [zoomViewport(from, around, factor, end), panViewport(from, by, end)]) {
            expect(moved.startMicros).toBeGreaterThanOrEqual(0);
            expect(moved.endMicros).toBeLessThanOrEqual(end + 1e-6);
            expect(moved.endMicros).toBeGreaterThan(moved.startMicros);
          }
        },
      ),
    );
  });

  it('keeps the instant under the pointer where it is while zooming', () => {
    const from = { startMicros: 2_000_000, endMicros: 6_000_000 };
    const zoomed = zoomViewport(from, 3_000_000, 0.5, end);
    expect(toPixel(zoomed, 3_000_000, 800)).toBeCloseTo(toPixel(from, 3_000_000, 800));
    expect(toMicros(zoomed, toPixel(zoomed, 2_500_000, 800), 800)).toBeCloseTo(2_500_000);
  });

  it('pans without changing its length', () => {
    const panned = panViewport({ startMicros: 9_000_000, endMicros: 9_500_000 }, 5_000_000, end);
    expect(panned).toEqual({ startMicros: 9_500_000, endMicros: 10_000_000 });
  });
});

describe('the axis', () => {
  it('has round instants with no more digits than they need', () => {
    expect(axisTicks({ startMicros: 0, endMicros: 10_000_000 }, 5).map(({ text }) => text)).toEqual([
      '0 s',
      '2 s',
      '4 s',
      '6 s',
      '8 s',
      '10 s',
    ]);
    expect(axisTicks({ startMicros: 3_199_950, endMicros: 3_200_150 }, 4).map(({ text }) => text)).toEqual([
      '3.19995 s',
      '3.20000 s',
      '3.20005 s',
      '3.20010 s',
      '3.20015 s',
    ]);
  });
});
