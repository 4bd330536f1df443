/**
 * The disk port over a directory of the real file system.
 *
 * Operations on one path run one after another, in the order of the calls. Operations that end in the page cache run
 * at once and block the thread, as a write does in Kafka's request handler. A sync runs in the background, and later
 * operations on its path wait for it. Completions are delivered in the order in which the operations ended, never
 * inside the call. What a sync is worth depends on the system below.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Disk, DiskError, DiskErrorCode } from '../broker/env.js';

const knownCodes: ReadonlySet<string> = new Set<DiskErrorCode>([
  'EIO',
  'ENOSPC',
  'ENOENT',
  'EEXIST',
  'EROFS',
]);
const noBytes = new Uint8Array(0);
const OPEN_FILES_MAX = 256;

interface OpenFile {
  readonly fd: number;
  sizeBytes: number;
}

interface QueuedOperation {
  readonly names: readonly string[];
  /** Calls `ended` once, now or later. */
  readonly run: (ended: () => void) => void;
}

export class RealDisk implements Disk {
  readonly #root: string;
  /** Open files, the one used last at the end. */
  readonly #open = new Map<string, OpenFile>();
  /** The sync under way on a path and the operations behind it. An operation runs when it is the first on all its paths. */
  readonly #queues = new Map<string, QueuedOperation[]>();
  #completions: (() => void)[] = [];
  #isEnded = false;

  readonly #run: (callback: () => void) => void;

  /** @param run runs each callback, now or later, in order; absent: at once. */
  constructor(rootDirectory: string, run: (callback: () => void) => void = (callback) => callback()) {
    this.#root = rootDirectory;
    this.#run = run;
  }

  /** The end of the program: no callback runs any more. Files keep what was written. */
  end(): void {
    this.#isEnded = true;
    this.#completions = [];
    for (const name of [...this.#open.keys()]) if (!this.#queues.has(name)) this.#forget(name);
  }

  append(
    name: string,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#whenFree([name], () => {
      this.#writeAt(name, null, bytes, done);
    });
  }

  write(
    name: string,
    position: number,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#whenFree([name], () => {
      this.#writeAt(name, position, bytes, done);
    });
  }

  read(
    name: string,
    position: number,
    lengthBytes: number,
    done: (error: DiskError | null, bytes: Uint8Array) => void,
  ): void {
    this.#do([name], noBytes, done, () => {
      const { fd, sizeBytes } = this.#file(name, false);
      const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, sizeBytes - position)));
      let filledBytes = 0;
      while (filledBytes < bytes.length) {
        const readBytes = readSync(
          fd,
          bytes,
          filledBytes,
          bytes.length - filledBytes,
          position + filledBytes,
        );
        if (readBytes === 0) break;
        filledBytes += readBytes;
      }
      return bytes.subarray(0, filledBytes);
    });
  }

  size(name: string, done: (error: DiskError | null, sizeBytes: number) => void): void {
    this.#do([name], 0, done, () => this.#file(name, false).sizeBytes);
  }

  sync(name: string, done: (error: DiskError | null) => void): void {
    this.#sync(name, done, () => ({ fd: this.#file(name, false).fd, isKept: true }));
  }

  syncDirectory(name: string, done: (error: DiskError | null) => void): void {
    // Windows has no such call, and needs none.
    if (process.platform === 'win32') this.#complete(() => done(null));
    else this.#sync(name, done, () => ({ fd: openSync(this.#at(name), 'r'), isKept: false }));
  }

  truncate(name: string, sizeBytes: number, done: (error: DiskError | null) => void): void {
    this.#do([name], null, done, () => {
      const file = this.#file(name, false);
      ftruncateSync(file.fd, sizeBytes);
      file.sizeBytes = sizeBytes;
      return null;
    });
  }

  rename(from: string, to: string, done: (error: DiskError | null) => void): void {
    this.#do([from, to], null, done, () => {
      statSync(this.#at(from));
      mkdirSync(path.dirname(this.#at(to)), { recursive: true });
      this.#forget(from);
      this.#forget(to);
      renameSync(this.#at(from), this.#at(to));
      return null;
    });
  }

  remove(name: string, done: (error: DiskError | null) => void): void {
    this.#do([name], null, done, () => {
      this.#forget(name);
      rmSync(this.#at(name));
      return null;
    });
  }

  renameDirectory(from: string, to: string, done: (error: DiskError | null) => void): void {
    const inside = (name: string): boolean => name.startsWith(`${from}/`);
    this.#do([from, to, ...[...this.#queues.keys()].filter(inside)], null, done, () => {
      for (const name of [...this.#open.keys()]) if (inside(name)) this.#forget(name);
      statSync(this.#at(from));
      mkdirSync(path.dirname(this.#at(to)), { recursive: true });
      renameSync(this.#at(from), this.#at(to));
      return null;
    });
  }

  removeDirectory(name: string, done: (error: DiskError | null) => void): void {
    this.#do([name], null, done, () => {
      try {
        rmdirSync(this.#at(name));
      } catch (error) {
        if (asDiskError(error).code !== 'ENOENT') throw error;
      }
      return null;
    });
  }

  list(name: string, done: (error: DiskError | null, names: readonly string[]) => void): void {
    this.#do<readonly string[]>([name], [], done, () => {
      try {
        return readdirSync(this.#at(name)).sort();
      } catch (error) {
        if (asDiskError(error).code === 'ENOENT') return [];
        throw error;
      }
    });
  }

  #at(name: string): string {
    return path.join(this.#root, name);
  }

  #file(name: string, isCreated: boolean): OpenFile {
    const known = this.#open.get(name);
    if (known !== undefined) {
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    if (isCreated) mkdirSync(path.dirname(this.#at(name)), { recursive: true });
    const fd = openSync(this.#at(name), constants.O_RDWR | (isCreated ? constants.O_CREAT : 0), 0o644);
    const file = { fd, sizeBytes: fstatSync(fd).size };
    this.#closeOldest();
    this.#open.set(name, file);
    return file;
  }

  #closeOldest(): void {
    if (this.#open.size < OPEN_FILES_MAX) return;
    for (const name of this.#open.keys()) {
      if (this.#queues.has(name)) continue;
      this.#forget(name);
      return;
    }
  }

  #forget(name: string): void {
    const file = this.#open.get(name);
    if (file === undefined) return;
    this.#open.delete(name);
    closeSync(file.fd);
  }

  /** `position` null: at the end of the file. */
  #writeAt(
    name: string,
    position: number | null,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    let writtenBytes = 0;
    let failure: DiskError | null = null;
    try {
      const file = this.#file(name, true);
      const start = position ?? file.sizeBytes;
      while (writtenBytes < bytes.length) {
        const at = start + writtenBytes;
        writtenBytes += writeSync(file.fd, bytes, writtenBytes, bytes.length - writtenBytes, at);
        file.sizeBytes = Math.max(file.sizeBytes, start + writtenBytes);
      }
    } catch (error) {
      failure = asDiskError(error);
    }
    this.#complete(() => done(failure, writtenBytes));
  }

  #do<T>(
    names: readonly string[],
    valueOnError: T,
    done: (error: DiskError | null, value: T) => void,
    operation: () => T,
  ): void {
    this.#whenFree(names, () => {
      try {
        const value = operation();
        this.#complete(() => done(null, value));
      } catch (error) {
        const failure = asDiskError(error);
        this.#complete(() => done(failure, valueOnError));
      }
    });
  }

  #sync(
    name: string,
    done: (error: DiskError | null) => void,
    open: () => { readonly fd: number; readonly isKept: boolean },
  ): void {
    this.#enqueue([name], (ended) => {
      try {
        const { fd, isKept } = open();
        fsync(fd, (error) => {
          if (!isKept) closeSync(fd);
          this.#complete(() => done(error === null ? null : asDiskError(error)));
          ended();
          if (this.#isEnded) this.#forget(name);
        });
      } catch (error) {
        const failure = asDiskError(error);
        this.#complete(() => done(failure));
        ended();
      }
    });
  }

  /** Runs an operation that ends at once: now, or behind the operations that wait on its paths. */
  #whenFree(names: readonly string[], operation: () => void): void {
    if (this.#isEnded) return;
    if (!names.some((name) => this.#queues.has(name))) operation();
    else {
      this.#enqueue(names, (ended) => {
        operation();
        ended();
      });
    }
  }

  #enqueue(names: readonly string[], run: (ended: () => void) => void): void {
    if (this.#isEnded) return;
    const operation = { names, run };
    for (const name of names) {
      const queue = this.#queues.get(name);
      if (queue === undefined) this.#queues.set(name, [operation]);
      else queue.push(operation);
    }
    this.#runIfFirst(operation);
  }

  #runIfFirst(operation: QueuedOperation): void {
    if (this.#isEnded || !operation.names.every((name) => this.#queues.get(name)?.[0] === operation)) return;
    operation.run(() => {
      for (const name of operation.names) {
        const queue = this.#queues.get(name);
        queue?.shift();
        if (queue?.length === 0) this.#queues.delete(name);
      }
      for (const name of operation.names) {
        const next = this.#queues.get(name)?.[0];
        if (next !== undefined) this.#runIfFirst(next);
      }
    });
  }

  #complete(completion: () => void): void {
    if (this.#isEnded) return;
    this.#completions.push(completion);
    if (this.#completions.length === 1) setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    const completions = this.#completions;
    this.#completions = [];
    for (const completion of completions) {
      if (this.#isEnded) return;
      this.#run(completion);
    }
  }
}

function asDiskError(error: unknown): DiskError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  // POSIX leaves open which of the two names a directory that is not empty.
  if (code === 'ENOTEMPTY') return { code: 'EEXIST', message };
  return { code: knownCodes.has(code) ? (code as DiskErrorCode) : 'EIO', message };
}
