/** KafkaJS as a guest: one seed, one run, here, in a fresh process, and on the other versions of Node that npm can bring. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inMacrotask } from '../harness/guests/microtasks.js';
import { executeRun } from '../harness/runner/execute-run.js';
import { HarnessFailure } from '../harness/runner/harness-failure.js';
import { kafkaJsIdempotent, kafkaJsProduces } from './kafkajs.js';

const SEEDS = 1;
const script = fileURLToPath(new URL('testing/print-guest-digests.ts', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

function output(command: string, args: readonly string[]): string | null {
  const shell = process.platform === 'win32';
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', cwd: root, shell });
  return status === 0 ? stdout.trim() : null;
}

describe('a run with KafkaJS', { timeout: 120_000 }, () => {
  const here: string[] = [];

  it('keeps the promise of its scenario, and is the same run twice', async () => {
    for (const scenario of [kafkaJsProduces, kafkaJsIdempotent]) {
      for (let seed = 0; seed < SEEDS; seed++) {
        const run = () => inMacrotask(() => executeRun(scenario, { seed: `${seed}` }));
        const { digest, verdict, records } = await run();
        expect(records).toBeGreaterThan(100);
        expect((await run()).digest).toBe(digest);
        here.push(`${scenario.name} ${seed} ${verdict} ${digest}`);
      }
    }
    expect(here.every((line) => line.includes(' valid '))).toBe(true);
  });

  it('is the same in a fresh process', () => {
    expect(output(process.execPath, ['--import', 'tsx', script, `${SEEDS}`])?.split('\n')).toEqual(here);
  });

  it.for(['22', '24'])('is the same on Node %s', (version, { skip }) => {
    const npx = ['-y', '-p', `node@${version}`, 'node'];
    const found = output('npx', [...npx, '--version']);
    if (found === null) skip(`npm could not bring Node ${version}`);
    expect(found).toMatch(new RegExp(`^v${version}\\.`));
    expect(output('npx', [...npx, '--import', 'tsx', script, `${SEEDS}`])?.split('\n')).toEqual(here);
  });

  it('is refused in the continuation of a promise, where no promise of a guest would be continued', async () => {
    await Promise.resolve();
    expect(() => executeRun(kafkaJsProduces, { seed: '0' })).toThrow(HarnessFailure);
  });
});
