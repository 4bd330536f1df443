/** The terminal of a real process: what happens when its results cannot be written. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const MODULE = new URL('./terminal.ts', import.meta.url).href;

/** A process that is told to write a result and to end with 1, the exit code of an invalid run. */
function invalidRun(stdout: number | 'pipe'): ChildProcess {
  const program = `
    import { processTerminal } from '${MODULE}';
    const terminal = processTerminal();
    process.exitCode = 1;
    process.stdin.once('data', () => { terminal.out('invalid\\n'); process.stdin.destroy(); });`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['pipe', stdout, 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<{ readonly status: number | null; readonly err: string }> {
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, err };
}

describe('the terminal of a process', () => {
  it('says with the exit code of a failure of the harness that a result could not be written', async ({
    skip,
  }) => {
    if (!existsSync('/dev/full')) skip('this system has no /dev/full');
    const full = openSync('/dev/full', 'w');
    const child = invalidRun(full);
    child.stdin?.write('go\n');
    const { status, err } = await ended(child);
    closeSync(full);
    expect(err).toMatch(/^seismolog: cannot write to standard output: ENOSPC/);
    expect(status).toBe(70);
  });

  it('keeps the exit code when nobody reads on', async () => {
    const child = invalidRun('pipe');
    child.stdout?.destroy();
    setTimeout(() => child.stdin?.write('go\n'), 300);
    expect(await ended(child)).toEqual({ status: 1, err: '' });
  });
});
