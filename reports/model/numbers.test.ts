import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packNumbers, unpackNumbers } from './numbers.js';
import { firstAtLeast, lastAtMost } from './search.js';

describe('packed numbers', () => {
  it('come back as they were, whatever they are', () => {
    const number = fc.oneof(
      fc.integer(),
      fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
      fc.constantFrom(0, -1, 2 ** 51),
    );
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        expect([...unpackNumbers(packNumbers(numbers), numbers.length)]).toEqual(numbers);
      }),
    );
  });

  it('take about two bytes for an instant in a long sorted history', () => {
    const times = Array.from({ length: 10_000 }, (_, index) => index * 3333);
    expect(packNumbers(times).length).toBeLessThan(10_000 * 2 + 10);
  });
});

describe('binary search', () => {
  it('finds what a scan would find', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 })),
        fc.integer({ min: -2, max: 42 }),
        (unsorted, value) => {
          const column = [...unsorted].sort((a, b) => a - b);
          const scanned = column.findIndex((one) => one >= value);
          expect(firstAtLeast(column, value)).toBe(scanned < 0 ? column.length : scanned);
          expect(lastAtMost(column, value)).toBe(column.findLastIndex((one) => one <= value));
        },
      ),
    );
  });

  it('stays within the part of the column it is given', () => {
    const column = [1, 5, 9, 0, 2, 4];
    expect(firstAtLeast(column, 3, 3, 6)).toBe(5);
    expect(lastAtMost(column, -1, 3, 6)).toBe(2);
  });
});
