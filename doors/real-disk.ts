/**
 * The disk port over a directory of the real file system: for the contract suite, and for programs that run for real.
 *
 * Operations on one path run one after another, in the order asked. What a sync is worth is up to the system below.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
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

export class RealDisk implements Disk {
  readonly #root: string;
  /** The last operation asked on each path. */
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(rootDirectory: string) {
    this.#root = rootDirectory;
  }

  append(
    name: string,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#run([name], 0, done, () => this.#withFile(name, 'a', (file) => writeAll(file, bytes, null)));
  }

  write(
    name: string,
    position: number,
    bytes: Uint8Array,
    done: (error: DiskError | null, writtenBytes: number) => void,
  ): void {
    this.#run([name], 0, done, async () => {
      // Creates the file where it is absent, and keeps it where it is not.
      await this.#withFile(name, 'a', async () => undefined);
      return this.#withFile(name, 'r+', (file) => writeAll(file, bytes, position));
    });
  }

  read(
    name: string,
    position: number,
    lengthBytes: number,
    done: (error: DiskError | null, bytes: Uint8Array) => void,
  ): void {
    this.#run([name], noBytes, done, () =>
      this.#withFile(name, 'r', async (file) => {
        const bytes = new Uint8Array(lengthBytes);
        let filledBytes = 0;
        while (filledBytes < lengthBytes) {
          const { bytesRead } = await file.read(
            bytes,
            filledBytes,
            lengthBytes - filledBytes,
            position + filledBytes,
          );
          if (bytesRead === 0) {
            break;
          }
          filledBytes += bytesRead;
        }
        return bytes.subarray(0, filledBytes);
      }),
    );
  }

  size(name: string, done: (error: DiskError | null, sizeBytes: number) => void): void {
    this.#run([name], 0, done, async () => (await stat(this.#at(name))).size);
  }

  sync(name: string, done: (error: DiskError | null) => void): void {
    this.#run([name], null, done, () => this.#withFile(name, 'r+', (file) => file.sync()));
  }

  syncDirectory(name: string, done: (error: DiskError | null) => void): void {
    this.#run([name], null, done, async () => {
      // Windows has no such call, and needs none.
      if (process.platform !== 'win32') {
        await this.#withFile(name, 'r', (directory) => directory.sync());
      }
    });
  }

  truncate(name: string, sizeBytes: number, done: (error: DiskError | null) => void): void {
    this.#run([name], null, done, () => truncate(this.#at(name), sizeBytes));
  }

  rename(from: string, to: string, done: (error: DiskError | null) => void): void {
    this.#run([from, to], null, done, async () => {
      await stat(this.#at(from));
      await mkdir(path.dirname(this.#at(to)), { recursive: true });
      await rename(this.#at(from), this.#at(to));
    });
  }

  remove(name: string, done: (error: DiskError | null) => void): void {
    this.#run([name], null, done, () => rm(this.#at(name)));
  }

  list(name: string, done: (error: DiskError | null, names: readonly string[]) => void): void {
    this.#run<readonly string[]>([name], [], done, async () => {
      try {
        return (await readdir(this.#at(name))).sort();
      } catch (error) {
        if (asDiskError(error).code === 'ENOENT') {
          return [];
        }
        throw error;
      }
    });
  }

  #at(name: string): string {
    return path.join(this.#root, name);
  }

  async #withFile<T>(
    name: string,
    flags: 'a' | 'r' | 'r+',
    use: (file: FileHandle) => Promise<T>,
  ): Promise<T> {
    if (flags === 'a') {
      await mkdir(path.dirname(this.#at(name)), { recursive: true });
    }
    const file = await open(this.#at(name), flags);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  /** Runs `operation` behind all that was asked on these paths; `done` gets its value, or the error and `valueOnError`. */
  #run<T>(
    names: readonly string[],
    valueOnError: T,
    done: (error: DiskError | null, value: T) => void,
    operation: () => Promise<unknown>,
  ): void {
    const before = names.map((name) => this.#tails.get(name));
    const tail = Promise.all(before)
      .then(operation)
      .then(
        (value) => setImmediate(done, null, value as T),
        (error: unknown) => setImmediate(done, asDiskError(error), valueOnError),
      );
    for (const name of names) {
      this.#tails.set(name, tail);
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number | null): Promise<number> {
  let writtenBytes = 0;
  while (writtenBytes < bytes.length) {
    const at = position === null ? null : position + writtenBytes;
    writtenBytes += (await file.write(bytes, writtenBytes, bytes.length - writtenBytes, at)).bytesWritten;
  }
  return writtenBytes;
}

function asDiskError(error: unknown): DiskError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  return { code: knownCodes.has(code) ? (code as DiskErrorCode) : 'EIO', message };
}
