import type { Disk, DiskError } from '../../env.js';

interface StoredFile {
  bytes: Uint8Array;
  durable: Uint8Array | null;
}

export type DiskOperation =
  | 'append'
  | 'write'
  | 'read'
  | 'size'
  | 'sync'
  | 'syncDirectory'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'list';

const NO_BYTES = new Uint8Array(0);

/**
 * A disk in memory for tests of the log: completions wait until `run`. Fault model: the next operation of a kind fails
 * or is short (`failNext`, `shortenNext`); `crash` drops completions under way and keeps all bytes; `powerLoss` goes
 * back to what was synced, where a file's entry counts only once its directory was synced. Not covered: torn
 * writes (tests cut files themselves), reordering between files.
 */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, StoredFile>();
  readonly #durableEntries = new Map<string, StoredFile>();
  readonly operations: string[] = [];
  #pending: (() => void)[] = [];
  readonly #failures: { operation: DiskOperation; error: DiskError; partialBytes: number }[] = [];
  readonly #shortWrites: number[] = [];
  recording = false;

  /** Runs completions until none is left. */
  run(): void {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      for (const complete of batch) complete();
    }
  }

  /** Runs one completion; false when none is waiting. */
  step(): boolean {
    const complete = this.#pending.shift();
    complete?.();
    return complete !== undefined;
  }

  failNext(operation: DiskOperation, code: DiskError['code'] = 'EIO', partialBytes = 0): void {
    this.#failures.push({
      operation,
      error: { code, message: `injected ${operation} failure` },
      partialBytes,
    });
  }

  /** The next append or write takes `bytes` bytes only, without an error. */
  shortenNext(bytes: number): void {
    this.#shortWrites.push(bytes);
  }

  crash(): void {
    this.#pending = [];
  }

  powerLoss(): void {
    this.#pending = [];
    this.files.clear();
    for (const [path, file] of this.#durableEntries) {
      file.bytes = (file.durable ?? NO_BYTES).slice();
      this.files.set(path, file);
    }
  }

  content(path: string): Uint8Array {
    return this.files.get(path)?.bytes ?? NO_BYTES;
  }

  append(
    path: string,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#write('append', path, null, bytes, done);
  }

  write(
    path: string,
    position: number,
    bytes: Uint8Array,
    done: (error: DiskError | null, n: number) => void,
  ): void {
    this.#write('write', path, position, bytes, done);
  }

  read(
    path: string,
    position: number,
    length: number,
    done: (error: DiskError | null, bytes: Uint8Array) => void,
  ): void {
    this.#complete('read', path, (error) => {
      const file = this.files.get(path);
      const failure = error ?? (file === undefined ? missing(path) : null);
      done(failure, failure === null ? file!.bytes.slice(position, position + length) : NO_BYTES);
    });
  }

  size(path: string, done: (error: DiskError | null, sizeBytes: number) => void): void {
    this.#complete('size', path, (error) => {
      const file = this.files.get(path);
      done(error ?? (file === undefined ? missing(path) : null), file?.bytes.length ?? 0);
    });
  }

  sync(path: string, done: (error: DiskError | null) => void): void {
    this.#complete('sync', path, (error) => {
      const file = this.files.get(path);
      if (error === null && file !== undefined) file.durable = file.bytes.slice();
      done(error ?? (file === undefined ? missing(path) : null));
    });
  }

  syncDirectory(path: string, done: (error: DiskError | null) => void): void {
    this.#complete('syncDirectory', path, (error) => {
      if (error === null) {
        const inside = (name: string) =>
          name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes('/');
        for (const name of [...this.#durableEntries.keys()])
          if (inside(name)) this.#durableEntries.delete(name);
        for (const [name, file] of this.files) if (inside(name)) this.#durableEntries.set(name, file);
      }
      done(error);
    });
  }

  truncate(path: string, sizeBytes: number, done: (error: DiskError | null) => void): void {
    this.#complete('truncate', path, (error) => {
      const file = this.files.get(path);
      if (error === null && file !== undefined) file.bytes = file.bytes.slice(0, sizeBytes);
      done(error ?? (file === undefined ? missing(path) : null));
    });
  }

  rename(from: string, to: string, done: (error: DiskError | null) => void): void {
    this.#complete('rename', from, (error) => {
      const file = this.files.get(from);
      if (error === null && file !== undefined) {
        this.files.delete(from);
        this.files.set(to, file);
      }
      done(error ?? (file === undefined ? missing(from) : null));
    });
  }

  remove(path: string, done: (error: DiskError | null) => void): void {
    this.#complete('remove', path, (error) => {
      const there = this.files.has(path);
      if (error === null) this.files.delete(path);
      done(error ?? (there ? null : missing(path)));
    });
  }

  list(path: string, done: (error: DiskError | null, names: readonly string[]) => void): void {
    this.#complete('list', path, (error) => {
      const names: string[] = [];
      for (const name of this.files.keys()) {
        if (name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes('/'))
          names.push(name.slice(path.length + 1));
      }
      done(error ?? (names.length === 0 ? missing(path) : null), names);
    });
  }

  #write(
    operation: 'append' | 'write',
    path: string,
    position: number | null,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#complete(operation, path, (error, partialBytes) => {
      const shortened = error === null && bytes.length > 0 ? this.#shortWrites.shift() : undefined;
      const count = error === null ? Math.min(bytes.length, shortened ?? bytes.length) : partialBytes;
      const file = this.files.get(path) ?? { bytes: NO_BYTES, durable: null };
      if (error === null || count > 0) {
        const at = position ?? file.bytes.length;
        const grown = new Uint8Array(Math.max(file.bytes.length, at + count));
        grown.set(file.bytes);
        grown.set(bytes.subarray(0, count), at);
        file.bytes = grown;
        this.files.set(path, file);
      }
      done(error, count);
    });
  }

  #complete(
    operation: DiskOperation,
    path: string,
    act: (error: DiskError | null, partialBytes: number) => void,
  ): void {
    if (this.recording) this.operations.push(`${operation} ${path}`);
    const at = this.#failures.findIndex((failure) => failure.operation === operation);
    const failure = at < 0 ? null : this.#failures.splice(at, 1)[0]!;
    this.#pending.push(() => act(failure?.error ?? null, failure?.partialBytes ?? 0));
  }
}

function missing(path: string): DiskError {
  return { code: 'ENOENT', message: `no such file: ${path}` };
}
