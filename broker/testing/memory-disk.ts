/**
 * A disk in memory for tests. Its user decides when operations complete. An operation takes effect at its completion.
 * An operation that never completes, because its process died or the disk hangs, has no effect.
 *
 * Fault model: operations of a kind hang or fail; the next operation of a kind fails or is short. `powerLoss` returns
 * to the synced state and may keep some of the unsynced bytes at the end; a file's name counts as synced only once
 * its directory was synced. Not covered: reordering, within a file or between files.
 */
import type { Disk, DiskError } from '../env.js';

interface StoredFile {
  bytes: Uint8Array;
  /** The bytes at the last sync; null: never synced. */
  durable: Uint8Array | null;
}

export type DiskOperation = keyof Disk;

type Complete = (finish: () => void) => void;

const NO_BYTES = new Uint8Array(0);

export class MemoryDisk {
  readonly files = new Map<string, StoredFile>();
  /** No operation completes. */
  isHanging = false;
  /** Operations that never complete. */
  readonly hanging = new Set<DiskOperation>();
  /** Operations that fail. */
  readonly failing = new Set<DiskOperation>();
  /** The maximum number of bytes that one append writes. */
  appendBytesMax = Number.POSITIVE_INFINITY;
  readonly operations: string[] = [];
  recording = false;
  readonly #durableEntries = new Map<string, StoredFile>();
  /** Renames of directories that a power loss would undo, in order. */
  #renamed: { readonly from: string; readonly to: string }[] = [];
  readonly #failures: { operation: DiskOperation; error: DiskError; partialBytes: number }[] = [];
  readonly #shortWrites: number[] = [];

  /** The disk as seen by one process. `complete` lets each operation end some time after the call. */
  open(complete: Complete): Disk {
    const run = (
      operation: DiskOperation,
      path: string,
      act: (error: DiskError | null, partialBytes: number) => void,
    ): void => {
      if (this.recording) this.operations.push(`${operation} ${path}`);
      const failure = this.#takeFailure(operation);
      if (!this.isHanging && !this.hanging.has(operation))
        complete(() => act(failure?.error ?? null, failure?.partialBytes ?? 0));
    };
    /** An operation on a file that must exist. */
    const onFile = (
      operation: DiskOperation,
      path: string,
      act: (error: DiskError | null, file: StoredFile | null) => void,
    ): void =>
      run(operation, path, (error) => {
        const file = this.files.get(path);
        if (error !== null || file === undefined) act(error ?? missing(path), null);
        else act(null, file);
      });
    return {
      append: (path, bytes, done) =>
        run('append', path, (error, partial) => {
          const taken = bytes.subarray(0, this.appendBytesMax);
          done(error, this.#write(path, null, taken, error === null ? null : partial));
        }),
      write: (path, position, bytes, done) =>
        run('write', path, (error, partial) =>
          done(error, this.#write(path, position, bytes, error === null ? null : partial)),
        ),
      read: (path, position, lengthBytes, done) =>
        onFile('read', path, (error, file) =>
          done(error, file?.bytes.slice(position, position + lengthBytes) ?? NO_BYTES),
        ),
      size: (path, done) => onFile('size', path, (error, file) => done(error, file?.bytes.length ?? 0)),
      sync: (path, done) =>
        onFile('sync', path, (error, file) => {
          if (file !== null) file.durable = file.bytes.slice();
          done(error);
        }),
      syncDirectory: (path, done) =>
        run('syncDirectory', path, (error) => {
          if (error === null) this.#syncDirectory(path);
          done(error);
        }),
      truncate: (path, sizeBytes, done) =>
        onFile('truncate', path, (error, file) => {
          if (file !== null) file.bytes = extend(file.bytes.subarray(0, sizeBytes), sizeBytes);
          done(error);
        }),
      rename: (from, to, done) =>
        onFile('rename', from, (error, file) => {
          if (file !== null) {
            this.files.delete(from);
            this.files.set(to, file);
          }
          done(error);
        }),
      remove: (path, done) =>
        onFile('remove', path, (error, file) => {
          if (file !== null) this.files.delete(path);
          done(error);
        }),
      renameDirectory: (from, to, done) =>
        run('renameDirectory', from, (error) => done(error ?? this.#renameDirectory(from, to))),
      removeDirectory: (path, done) =>
        run('removeDirectory', path, (error) =>
          done(error ?? (this.#list(path).length > 0 ? notEmpty(path) : null)),
        ),
      list: (path, done) => run('list', path, (error) => done(error, error === null ? this.#list(path) : [])),
    };
  }

  failNext(operation: DiskOperation, code: DiskError['code'] = 'EIO', partialBytes = 0): void {
    const error = { code, message: `injected ${operation} failure` };
    this.#failures.push({ operation, error, partialBytes });
  }

  /** The next append or write writes only `bytes` bytes, without an error. */
  shortenNext(bytes: number): void {
    this.#shortWrites.push(bytes);
  }

  /** `tornBytes`: how many of the unsynced bytes at its end each file keeps. */
  powerLoss(tornBytes = 0): void {
    this.files.clear();
    this.#renamed = [];
    for (const [path, file] of this.#durableEntries) {
      const synced = file.durable ?? NO_BYTES;
      const torn = file.bytes.subarray(synced.length, synced.length + tornBytes);
      file.bytes = new Uint8Array(synced.length + torn.length);
      file.bytes.set(synced);
      file.bytes.set(torn, synced.length);
      file.durable = file.bytes.slice();
      this.files.set(path, file);
    }
  }

  /** Replaces the disk by another one. */
  wipe(): void {
    this.files.clear();
    this.#renamed = [];
    this.#durableEntries.clear();
  }

  content(path: string): Uint8Array {
    return this.files.get(path)?.bytes ?? NO_BYTES;
  }

  /** Turns one bit of the byte at `position`. */
  flip(path: string, position: number): void {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`no ${path} to flip a bit of`);
    file.bytes[position]! ^= 1;
  }

  #takeFailure(operation: DiskOperation): { error: DiskError; partialBytes: number } | null {
    const at = this.#failures.findIndex((failure) => failure.operation === operation);
    if (at >= 0) return this.#failures.splice(at, 1)[0]!;
    if (!this.failing.has(operation)) return null;
    return { error: { code: 'EIO', message: `${operation} failed` }, partialBytes: 0 };
  }

  /** `position` null: at the end. `partialBytes`: how many bytes a failing write leaves behind. */
  #write(path: string, position: number | null, bytes: Uint8Array, partialBytes: number | null): number {
    const shortened = partialBytes === null && bytes.length > 0 ? this.#shortWrites.shift() : undefined;
    const count = Math.min(bytes.length, partialBytes ?? shortened ?? bytes.length);
    if (partialBytes !== null && count === 0) return 0;
    const file = this.files.get(path) ?? { bytes: NO_BYTES, durable: null };
    const at = position ?? file.bytes.length;
    file.bytes = extend(file.bytes, at + count);
    file.bytes.set(bytes.subarray(0, count), at);
    this.files.set(path, file);
    return count;
  }

  #syncDirectory(path: string): void {
    for (const rename of this.#renamed.filter(({ to }) => nameIn(path, to)?.includes('/') === false)) {
      for (const [name, file] of [...this.#durableEntries]) {
        const inside = nameIn(rename.from, name);
        if (inside === null) continue;
        this.#durableEntries.delete(name);
        this.#durableEntries.set(`${rename.to}/${inside}`, file);
      }
    }
    this.#renamed = this.#renamed.filter(({ to }) => nameIn(path, to)?.includes('/') !== false);
    const isInside = (name: string): boolean => nameIn(path, name)?.includes('/') === false;
    for (const name of [...this.#durableEntries.keys()]) {
      if (isInside(name)) this.#durableEntries.delete(name);
    }
    for (const [name, file] of this.files) if (isInside(name)) this.#durableEntries.set(name, file);
  }

  /** Only the names at the last sync of the parent directory survive a power loss. */
  #renameDirectory(from: string, to: string): DiskError | null {
    if (this.#list(from).length === 0) return missing(from);
    if (from === to) return null;
    if (this.#list(to).length > 0) return notEmpty(to);
    for (const [name, file] of [...this.files]) {
      const inside = nameIn(from, name);
      if (inside === null) continue;
      this.files.delete(name);
      this.files.set(`${to}/${inside}`, file);
    }
    this.#renamed.push({ from, to });
    return null;
  }

  #list(path: string): readonly string[] {
    const names = new Set<string>();
    for (const name of this.files.keys()) {
      const inside = nameIn(path, name);
      if (inside !== null) names.add(inside.split('/')[0]!);
    }
    return [...names].sort();
  }
}

const nameIn = (directory: string, path: string): string | null =>
  directory === '' ? path : path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : null;

const notEmpty = (path: string): DiskError => ({ code: 'EEXIST', message: `not empty: ${path}` });
const missing = (path: string): DiskError => ({ code: 'ENOENT', message: `no such file: ${path}` });

/** `bytes` with a length of at least `end`, in place if the buffer has room. */
function extend(bytes: Uint8Array, end: number): Uint8Array {
  if (end <= bytes.length) return bytes;
  if (bytes.byteOffset + end <= bytes.buffer.byteLength) {
    const extended = new Uint8Array(bytes.buffer, bytes.byteOffset, end);
    extended.fill(0, bytes.length);
    return extended;
  }
  const roomier = new Uint8Array(end * 2);
  roomier.set(bytes);
  return roomier.subarray(0, end);
}
