/** Writes the conformance table into a page, between two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { conformanceTable, type TableColumn } from './conformance-table.js';

const BEGIN = '<!-- The results of `npm run conformance -- clients --table README.md` -->';
const END = '<!-- end of the results -->';

export function writeTable(path: string, columns: readonly TableColumn[]): void {
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${path} has no place for the table: ${BEGIN}`);
  const skipped = columns.filter(({ missing }) => missing !== null);
  const words = skipped.map(({ name, missing }) => `${name} was skipped: ${missing} is missing.`);
  const block = [BEGIN, '', conformanceTable(columns), '', ...words.flatMap((line) => [line, '']), END];
  writeFileSync(path, `${before}${block.join('\n')}${after}`);
}
