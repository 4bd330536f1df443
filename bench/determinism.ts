/** Digests of seeds over all scenarios: twice in this process, in a fresh one, and on other versions of Node. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { executeRun } from '../harness/runner/execute-run.js';
import { scenarios } from '../scenarios/index.js';
import { type BenchRow, row } from './bench-row.js';

const OTHER_NODES = [22, 24];
const script = fileURLToPath(new URL('./digest-run.js', import.meta.url));

export function measureDeterminism(seeds: number): BenchRow[] {
  const here = fresh(process.execPath, [], seeds);
  if (here === null) throw new Error('determinism benchmark: the fresh process failed');
  const rows = [
    difference(`determinism: ${seeds} seeds, twice in one process`, differencesHere(seeds, here)),
  ];
  rows.push(
    difference(
      `determinism: ${seeds} seeds, fresh process twice`,
      compare(here, fresh(process.execPath, [], seeds)),
    ),
  );
  for (const version of OTHER_NODES) {
    const there = fresh('npx', ['-y', '-p', `node@${version}`, 'node'], seeds);
    if (there === null) console.error(`skipped: determinism on Node ${version} (npm could not bring it)`);
    else rows.push(difference(`determinism: ${seeds} seeds, Node ${version}`, compare(here, there)));
  }
  return rows;
}

function difference(name: string, count: number): BenchRow {
  return row(name, count, 'differences', { aim: 0, holds: count === 0 });
}

/** Every seed run twice here, and against what the fresh process found. */
function differencesHere(seeds: number, expected: readonly string[]): number {
  let count = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const subject = scenarios[seed % scenarios.length]!;
    const first = executeRun(subject, { seed: `${seed}` }).digest;
    const second = executeRun(subject, { seed: `${seed}` }).digest;
    if (first !== second || expected[seed] !== `${subject.name} ${seed} ${first}`) count++;
  }
  return count;
}

function fresh(command: string, args: readonly string[], seeds: number): string[] | null {
  const { stdout, status } = spawnSync(command, [...args, script, `${seeds}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
  });
  return status === 0 ? stdout.trim().split('\n') : null;
}

function compare(left: readonly string[], right: readonly string[] | null): number {
  if (right === null) return left.length;
  return left.filter((line, index) => line !== right[index]).length + Math.max(0, right.length - left.length);
}
