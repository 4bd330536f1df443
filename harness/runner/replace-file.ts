/** Replaces files atomically: a reader sees the old or the new file, never a part. Also describes why a file was not written. */
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Replaces a file, or the target of a symbolic link. A pipe or a device (`/dev/stdout`) is written directly. */
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

/** Removes a file if possible. A failure is only a warning, because the caller has a more important error to report. */
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
