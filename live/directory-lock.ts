/** One process at a time uses a data directory, as Kafka's `.lock` file ensures for a log directory. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

/**
 * Node has no file locks, so the file holds the id of the process. The file of a process that has ended is replaced.
 *
 * @returns a function that releases the directory.
 * @throws DirectoryInUse when a running process holds the directory.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, '.lock');
  const owner = ownerOf(path);
  if (owner !== null && isRunning(owner)) {
    throw new DirectoryInUse(`${directory} is used by process ${owner}`);
  }
  rmSync(path, { force: true });
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
  return () => {
    if (ownerOf(path) === process.pid) rmSync(path, { force: true });
  };
}

function ownerOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
