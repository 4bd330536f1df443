import {
  DiskFailure,
  type DiskProcedure,
  demand,
  demandIfPresent,
  readWhole,
  writeWhole,
} from './disk-procedure.js';

/**
 * Kafka's small text files (`CheckpointFile`): a line with the version (0), a line with the number of
 * entries, then one line per entry. A checkpoint is replaced as a whole: `<path>.tmp` is written, synced
 * and renamed over the old file, then the directory is synced. A missing or empty file has no entries. A
 * malformed file is a storage error, as in Kafka, because a guess could lose data.
 */
export function* writeCheckpoint(
  path: string,
  entries: readonly string[],
  sync: boolean,
): DiskProcedure<void> {
  yield* replaceFile(path, `0\n${entries.length}\n${entries.map((entry) => `${entry}\n`).join('')}`, sync);
}

export function* readCheckpoint(path: string): DiskProcedure<readonly string[]> {
  const text = yield* readText(path);
  if (text === null || text === '') return [];
  const lines = text.split('\n');
  const version = lines[0];
  const count = Number(lines[1]);
  if (version !== '0') throw malformed(path, `unknown version ${JSON.stringify(version)}`);
  if (lines[1] === undefined || lines[1] === '' || !Number.isSafeInteger(count) || lines.length < count + 3) {
    throw malformed(path, `expected ${lines[1] ?? 'some'} entries, found ${Math.max(0, lines.length - 3)}`);
  }
  return lines.slice(2, 2 + count);
}

export function malformed(path: string, what: string): DiskFailure {
  return new DiskFailure({ code: 'EIO', message: `Malformed checkpoint file ${path}: ${what}` }, 'read');
}

/** Reads a text file; null: the file does not exist. */
export function* readText(path: string): DiskProcedure<string | null> {
  const bytes = yield* readWhole(path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/**
 * Replaces the file at `path` by `text` atomically. Without `sync` a power loss may leave the old file, an
 * empty one or a torn one.
 */
export function* replaceFile(path: string, text: string, sync: boolean): DiskProcedure<void> {
  const temporary = `${path}.tmp`;
  yield* demandIfPresent({ kind: 'remove', path: temporary });
  yield* writeWhole(temporary, 0, new TextEncoder().encode(text));
  if (sync) yield* demand({ kind: 'sync', path: temporary });
  yield* demand({ kind: 'rename', from: temporary, to: path });
  if (sync) yield* demand({ kind: 'syncDirectory', path: path.slice(0, Math.max(0, path.lastIndexOf('/'))) });
}
