/** One seed, one run: in this process, in a fresh one, and on the other versions of Node that npm can bring. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun } from './harness/runner/execute-run.js';
import { scenarios } from './scenarios/index.js';

const SEEDS = 24;
const folder = mkdtempSync(join(tmpdir(), 'seismolog-digests-'));
const script = join(folder, 'digest-run.mjs');

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL('bench/digest-run.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire as bannerRequire } from 'node:module'; const require = bannerRequire(import.meta.url);",
    },
    target: 'node20',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function output(command: string, args: readonly string[]): string | null {
  const shell = process.platform === 'win32';
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', cwd: folder, shell });
  return status === 0 ? stdout.trim() : null;
}

describe(`the digests of ${SEEDS} seeds`, () => {
  const here: string[] = [];

  it('are the same twice in one process', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const subject = scenarios[seed % scenarios.length]!;
      const { digest } = executeRun(subject, { seed: `${seed}` });
      expect(executeRun(subject, { seed: `${seed}` }).digest).toBe(digest);
      here.push(`${subject.name} ${seed} ${digest}`);
    }
    expect(new Set(here).size).toBe(SEEDS);
  });

  it('are the same in a fresh process', () => {
    expect(output(process.execPath, [script, `${SEEDS}`])?.split('\n')).toEqual(here);
  });

  it.for(['22', '24'])('are the same on Node %s', (version, { skip }) => {
    const npx = ['-y', '-p', `node@${version}`, 'node'];
    const found = output('npx', [...npx, '--version']);
    if (found === null) skip(`npm could not bring Node ${version}`);
    expect(found).toMatch(new RegExp(`^v${version}\\.`));
    expect(output('npx', [...npx, script, `${SEEDS}`])?.split('\n')).toEqual(here);
  });
});
