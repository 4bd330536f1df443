/** Files that are the old one or the new one, never half of it; and why one could not be written, in words. */
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Through a link to where it points; what is no file (a pipe, `/dev/stdout`) is written to as it is. */
export function replaceFile(path: string, content: string): void {
  const isThere = existsSync(path);
  if (isThere && !statSync(path).isFile()) {
    writeFileSync(path, content);
    return;
  }
  const target = isThere ? realpathSync(path) : path;
  const partial = `${target}.partial-${process.pid}`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, target);
  } catch (error) {
    discard(partial);
    throw error;
  }
}

/** Best effort: what called it has a more telling error to report. */
export function discard(path: string): void {
  if (!existsSync(path)) return;
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    process.emitWarning(`cannot remove ${path}: ${reasonOf(error)}`);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENOTDIR', 'a part of the path is a file, not a directory'],
  ['EEXIST', 'a file of that name is in the way'],
  ['ENAMETOOLONG', 'the path is too long'],
]);

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = REASONS.get(code);
  return reason === undefined ? error.message : `${reason} (${code})`;
}
