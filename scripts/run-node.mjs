/** Runs Node programs as child processes, without a shell: the same on Linux, macOS and Windows. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a script with this Node; returns its exit code. A signal that ended it counts as failure. */
export function runNode(script, args = [], options = {}) {
  const { status, error } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    ...options,
  });
  if (error) throw error;
  return status ?? 1;
}

/** npm's own script: the one that runs us, or the one beside this Node; null when npm is somewhere else. */
function npmScript() {
  const here = dirname(process.execPath);
  return (
    [
      process.env.npm_execpath,
      join(here, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      join(here, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ].find((path) => path !== undefined && /npm-cli\.c?js$/.test(path) && existsSync(path)) ?? null
  );
}

/** Runs `npm <args>`; returns its exit code. Standard output belongs to the command that follows: npm talks to people. */
export function runNpm(args) {
  const script = npmScript();
  const stdio = ['inherit', 2, 2];
  if (script !== null) return runNode(script, args, { stdio });
  const onWindows = process.platform === 'win32';
  // Windows starts npm.cmd through a shell only; the arguments are ours and hold nothing to quote.
  const { status, error } = spawnSync(onWindows ? 'npm.cmd' : 'npm', args, {
    cwd: ROOT,
    stdio,
    shell: onWindows,
  });
  if (error) throw error;
  return status ?? 1;
}
