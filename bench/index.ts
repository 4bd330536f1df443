/**
 * `npm run bench [-- --json FILE] [--only NAME]… [--quick] [--seed-base N]`: every figure the project promises, each with its floor
 * measured beside it in the same run. Figures depend on the machine, ratios less so; nothing here decides a test.
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.js';
import { measureCheckers } from './checkers.js';
import { measureCodec } from './codec.js';
import { measureDecisions } from './decisions.js';
import { measureDeterminism } from './determinism.js';
import { measureFuzz } from './fuzz.js';
import { measureKernel } from './kernel.js';
import { measureKills } from './kill.js';
import { measureMemory } from './memory.js';
import { measureScale } from './scale.js';
import { measureFalseAlarms, measureTeeth } from './verdicts.js';
import { measureWholeStack } from './whole-stack.js';
import { measureWire } from './wire.js';

const given = options();
/** Campaigns begin at seeds that nobody has looked at, and the same ones again when asked. */
const seedBase = given['seed-base'] === undefined ? randomInt(2 ** 47) : Number(given['seed-base']);
if (!Number.isSafeInteger(seedBase) || seedBase < 0 || seedBase > 2 ** 52) {
  console.error(`--seed-base ${given['seed-base']}: a whole number, 2^52 at most`);
  process.exit(64);
}

const workerUrl = new URL('../scenarios/campaign-worker.js', import.meta.url);
const quick = given.quick;

const sections: Readonly<Record<string, () => readonly BenchRow[] | Promise<readonly BenchRow[]>>> = {
  kernel: () => measureKernel(quick ? { turns: 3, scale: 0.2 } : {}),
  stack: () => measureWholeStack(),
  wire: () => measureWire({ seeds: quick ? 2 : 100, seedBase }),
  codec: () => measureCodec(quick),
  checkers: () => measureCheckers(quick),
  scale: () => measureScale(workerUrl, quick),
  memory: () => measureMemory(quick ? 200 : 2_000),
  determinism: () => measureDeterminism(quick ? 24 : 1_000),
  teeth: () => measureTeeth(workerUrl, { starts: quick ? 2 : 9, seedBase }),
  rules: () => measureDecisions(workerUrl, { seeds: quick ? 12 : 60, seedBase }),
  fuzz: () =>
    measureFuzz(
      quick
        ? { frames: 20_000, halfOpen: 1_000, deaf: 50, seed: seedBase }
        : { frames: 1_000_000, halfOpen: 10_000, deaf: 200, seed: seedBase },
    ),
  kill: () => measureKills(quick ? 3 : 100),
  alarms: () => measureFalseAlarms(workerUrl, { seeds: quick ? 12 : 2_000, seedBase }),
};

const unknown = (given.only ?? []).filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`no section ${unknown.join(', ')}; sections are ${Object.keys(sections).join(', ')}`);
  process.exit(64);
}

const rows: BenchRow[] = [];
const processors = cpus();
console.log(
  `Node ${process.version} on ${processors.length} × ${processors[0]?.model ?? process.arch}\ncampaigns from seed ${seedBase} (--seed-base ${seedBase} repeats them)\n`,
);
console.log(columns('what', 'value', 'unit', 'floor', 'ratio', 'aim', 'at least'));
for (const [name, measure] of Object.entries(sections)) {
  if (given.only !== undefined && !given.only.includes(name)) continue;
  console.log(`\n$ npm run bench -- --only ${name}${quick ? ' --quick' : ''}`);
  for (const each of await measure()) {
    rows.push(each);
    console.log(line(each));
  }
}
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = rows.every((each) => each.holds) ? 0 : 1;

function line(each: BenchRow): string {
  return columns(
    each.name,
    figure(each.value),
    each.unit,
    each.floor === null ? '' : figure(each.floor),
    each.ratio === null ? '' : figure(each.ratio),
    figure(each.aim),
    each.holds ? 'holds' : 'DOES NOT HOLD',
  );
}

function columns(...[what, value, unit, floor, ratio, aim, holds]: readonly string[]): string {
  const numbers = [floor, ratio, aim].map((text) => (text ?? '').padStart(11)).join('');
  return `${(what ?? '').padEnd(52)}${(value ?? '').padStart(12)} ${(unit ?? '').padEnd(13)}${numbers}  ${holds}`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function options() {
  try {
    return parseArgs({
      options: {
        json: { type: 'string' },
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        'seed-base': { type: 'string' },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}`);
    console.error('npm run bench [-- --json FILE] [--only NAME]… [--quick] [--seed-base N]');
    process.exit(64);
  }
}
