/** `seismolog broker --faults plan.json`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'seismolog-plan-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function startBroker(plan: unknown): { readonly child: ChildProcess; readonly errorText: () => string } {
  const path = join(directory, 'plan.json');
  writeFileSync(path, JSON.stringify(plan));
  const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
  const args = ['--import', 'tsx', cli, 'broker', '--brokers', '2', '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [...args, '--faults', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let text = '';
  child.stderr.on('data', (piece) => {
    text += String(piece);
  });
  return { child, errorText: () => text };
}

describe('--faults', () => {
  it('carries out the plan from the moment of readiness, and accounts for it at the end', async () => {
    const { child, errorText } = startBroker({
      version: 1,
      faults: [{ kind: 'crash', atMicros: 1_000, target: 'b2', durationMicros: 100_000 }],
    });
    while (!/fault 0 crash ends on b2/.test(errorText()) && child.exitCode === null)
      await Promise.race([once(child.stderr!, 'data'), once(child, 'exit')]);
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'close');
    expect(errorText()).toMatch(/fault 0 crash begins on b2/);
    expect(errorText()).toContain('crash 1 configured, 1 fired, 1 mattered');
    expect(child.exitCode).toBe(0);
  });

  it('refuses a plan that names what is not there', async () => {
    const { child, errorText } = startBroker({
      version: 1,
      faults: [{ kind: 'crash', atMicros: 0, target: 'b3', durationMicros: 1 }],
    });
    await once(child, 'close');
    expect(errorText()).toContain('faults[0].target: no host "b3"');
    expect(child.exitCode).toBe(64);
  });
});
