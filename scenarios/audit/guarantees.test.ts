/** `docs/guarantees.md` says what Kafka promises, and what it says of broken cells is so. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cellLine,
  firstBreakingSeed,
  guaranteeMatrix,
  guaranteesPage,
  readMeasurements,
  SEEDS_TO_FIND,
} from './testing/guarantee-matrix.js';

const page = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
const matrix = guaranteeMatrix();
const measured = readMeasurements(page);

describe('the matrix of guarantees', () => {
  it('is the page, cell by cell', () => {
    expect(measured).toHaveLength(matrix.length);
    expect(
      guaranteesPage(
        matrix,
        measured.map(({ seed }) => seed),
      ),
    ).toBe(page);
  });

  it("has a measurement that equals Kafka's promise in every cell", () => {
    const wrong = matrix.filter(({ promise }, index) => {
      const isBroken = measured[index]!.seed !== null;
      return promise === 'permitted' ? false : isBroken !== (promise === 'breaks');
    });
    expect(wrong.map((cell) => cellLine(cell, null))).toEqual([]);
    for (const { seed } of measured) if (seed !== null) expect(seed).toBeLessThanOrEqual(SEEDS_TO_FIND);
  });

  // The seed of the page is tried first. Where other code draws another run, the cell is found within the same bound.
  it.each(
    matrix.map((cell, index) => [cell, measured[index]!.seed] as const).filter(([, seed]) => seed !== null),
  )('broken: $row, $failure.name, $harm', { timeout: 300_000 }, (cell, seed) => {
    const found = firstBreakingSeed(cell, seed!, 1) ?? firstBreakingSeed(cell, 1, SEEDS_TO_FIND);
    expect(found).not.toBeNull();
  });

  it.each(matrix.filter(({ promise }) => promise === 'kept'))(
    'kept: $row, $failure.name, $harm',
    { timeout: 60_000 },
    (cell) => {
      expect(firstBreakingSeed(cell, 1, 1)).toBeNull();
    },
  );
});
