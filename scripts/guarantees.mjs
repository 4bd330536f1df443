/** Measures the matrix of guarantees and writes docs/guarantees.md: `node --import tsx scripts/guarantees.mjs`. Takes some minutes. */
import { writeFileSync } from 'node:fs';
import {
  firstBreakingSeed,
  guaranteeMatrix,
  guaranteesPage,
  SEEDS_KEPT,
  SEEDS_TO_FIND,
} from '../scenarios/audit/testing/guarantee-matrix.ts';

const cells = guaranteeMatrix();
const seeds = cells.map((cell, index) => {
  const seed = firstBreakingSeed(cell, 1, cell.promise === 'breaks' ? SEEDS_TO_FIND : SEEDS_KEPT);
  if ((cell.promise === 'breaks') !== (seed !== null) && cell.promise !== 'permitted')
    console.error(
      `${cell.row}, ${cell.failure.name}, ${cell.harm}: Kafka says ${cell.promise}, seed ${seed}`,
    );
  process.stderr.write(`\r${index + 1} of ${cells.length}`);
  return seed;
});
process.stderr.write('\n');
writeFileSync(new URL('../docs/guarantees.md', import.meta.url), guaranteesPage(cells, seeds));
