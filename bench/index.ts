/**
 * `npm run bench [-- --json FILE] [--only NAME]… [--quick]`: every figure the project promises, each with its floor
 * measured beside it in the same run. Figures depend on the machine, ratios less so; nothing here decides a test.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.js';
import { measureCheckers } from './checkers.js';
import { measureDeterminism } from './determinism.js';
import { measureKernel } from './kernel.js';
import { measureMemory } from './memory.js';
import { measureScale } from './scale.js';
import { measureFalseAlarms, measureTeeth } from './verdicts.js';
import { measureWholeStack } from './whole-stack.js';

const { values: given } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
  },
});

const workerUrl = new URL('../scenarios/campaign-worker.js', import.meta.url);
const quick = given.quick;

const sections: Readonly<Record<string, () => readonly BenchRow[] | Promise<readonly BenchRow[]>>> = {
  kernel: () => measureKernel(),
  stack: () => measureWholeStack(),
  checkers: () => measureCheckers(),
  scale: () => measureScale(workerUrl),
  memory: () => measureMemory(quick ? 200 : 2_000),
  determinism: () => measureDeterminism(quick ? 100 : 1_000),
  teeth: () => measureTeeth(workerUrl),
  alarms: () => measureFalseAlarms(workerUrl, quick ? 100 : 2_000),
};

const rows: BenchRow[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (given.only !== undefined && !given.only.includes(name)) continue;
  for (const each of await measure()) {
    rows.push(each);
    console.log(line(each));
  }
}
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = rows.every((each) => each.holds) ? 0 : 1;

function line(each: BenchRow): string {
  const floor = each.floor === null ? '' : `floor ${figure(each.floor)}`;
  const ratio = each.ratio === null ? '' : `ratio ${figure(each.ratio)}`;
  const verdict = each.holds ? 'holds' : 'DOES NOT HOLD';
  return `${each.name.padEnd(58)} ${figure(each.value).padStart(12)} ${each.unit.padEnd(13)} ${floor.padEnd(20)} ${ratio.padEnd(14)} aim ${figure(each.aim).padEnd(10)} ${verdict}`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
