/**
 * A disk to test the controller on: bytes written are pending until synced, names until their directory is. A power loss
 * keeps what was synced and, of each file's pending bytes, a torn part. Every operation takes one latency, in order.
 */
import type { Disk, DiskError } from '../../env.js';

interface File {
  bytes: Uint8Array;
  syncedBytes: number;
  isNamed: boolean;
}

export interface DiskWorld {
  at(delayMicros: number, callback: () => void): unknown;
}

const LATENCY_MICROS = 100;
const ABSENT: DiskError = { code: 'ENOENT', message: 'no such file' };

export class MemoryDisk {
  /** Operations that never complete, by name. */
  readonly hanging = new Set<keyof Disk>();
  /** Operations that fail, by name. */
  readonly failing = new Set<keyof Disk>();
  /** The most bytes that one append takes. */
  appendBytesMax = Number.POSITIVE_INFINITY;
  readonly #world: DiskWorld;
  #files = new Map<string, File>();

  constructor(world: DiskWorld) {
    this.#world = world;
  }

  /** The doors of one process; nothing comes back to it once `isAlive` is false. */
  open(isAlive: () => boolean): Disk {
    const run = <T>(
      operation: keyof Disk,
      act: () => T,
      done: (error: DiskError | null, result: T) => void,
      none: T,
    ) => {
      if (this.hanging.has(operation)) return;
      const isFailing = this.failing.has(operation);
      let error: DiskError | null = isFailing ? { code: 'EIO', message: `${operation} failed` } : null;
      let result = none;
      if (!isFailing) {
        try {
          result = act();
        } catch (thrown) {
          if (thrown !== ABSENT) throw thrown;
          error = ABSENT;
        }
      }
      this.#world.at(LATENCY_MICROS, () => {
        if (isAlive()) done(error, result);
      });
    };
    return {
      append: (path, bytes, done) => run('append', () => this.#append(path, bytes), done, 0),
      write: (path, position, bytes, done) => run('write', () => this.#write(path, position, bytes), done, 0),
      read: (path, position, length, done) =>
        run(
          'read',
          () => this.#existing(path).bytes.slice(position, position + length),
          done,
          new Uint8Array(),
        ),
      size: (path, done) => run('size', () => this.#existing(path).bytes.length, done, 0),
      sync: (path, done) => run('sync', () => this.#sync(path), done, undefined),
      syncDirectory: (path, done) => run('syncDirectory', () => this.#syncDirectory(path), done, undefined),
      truncate: (path, size, done) => run('truncate', () => this.#truncate(path, size), done, undefined),
      rename: (from, to, done) => run('rename', () => this.#rename(from, to), done, undefined),
      remove: (path, done) => run('remove', () => this.#remove(path), done, undefined),
      list: (path, done) => run('list', () => this.#list(path), done, []),
    };
  }

  bytesOf(path: string): Uint8Array {
    return this.#existing(path).bytes;
  }

  flipBit(path: string, position: number): void {
    const { bytes } = this.#existing(path);
    bytes[position] = (bytes[position] ?? 0) ^ 1;
  }

  wipe(): void {
    this.#files = new Map();
  }

  /** `tornBytes`: how much of each file's pending bytes survives after all. */
  powerLoss(tornBytes: number): void {
    for (const [path, file] of [...this.#files]) {
      if (!file.isNamed) this.#files.delete(path);
      else file.bytes = file.bytes.slice(0, Math.min(file.bytes.length, file.syncedBytes + tornBytes));
      file.syncedBytes = file.bytes.length;
    }
  }

  #append(path: string, bytes: Uint8Array): number {
    return this.#write(path, this.#files.get(path)?.bytes.length ?? 0, bytes.slice(0, this.appendBytesMax));
  }

  #write(path: string, position: number, bytes: Uint8Array): number {
    const file = this.#files.get(path) ?? { bytes: new Uint8Array(), syncedBytes: 0, isNamed: false };
    const end = Math.max(file.bytes.length, position + bytes.length);
    if (end > file.bytes.length) file.bytes = extend(file.bytes, end);
    file.bytes.set(bytes, position);
    this.#files.set(path, file);
    return bytes.length;
  }

  #sync(path: string): void {
    const file = this.#existing(path);
    file.syncedBytes = file.bytes.length;
  }

  #syncDirectory(path: string): void {
    for (const [name, file] of this.#files) if (name.startsWith(`${path}/`)) file.isNamed = true;
  }

  #truncate(path: string, sizeBytes: number): void {
    const file = this.#existing(path);
    file.bytes = file.bytes.slice(0, sizeBytes);
    file.syncedBytes = Math.min(file.syncedBytes, sizeBytes);
  }

  #rename(from: string, to: string): void {
    this.#files.set(to, this.#existing(from));
    this.#files.delete(from);
  }

  #remove(path: string): void {
    this.#existing(path);
    this.#files.delete(path);
  }

  #list(path: string): readonly string[] {
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1));
  }

  #existing(path: string): File {
    const file = this.#files.get(path);
    if (file === undefined) throw ABSENT;
    return file;
  }
}

/** `bytes` at a length of `end`, in place where the buffer behind it has room. */
function extend(bytes: Uint8Array, end: number): Uint8Array {
  if (bytes.byteOffset + end <= bytes.buffer.byteLength) {
    const extended = new Uint8Array(bytes.buffer, bytes.byteOffset, end);
    extended.fill(0, bytes.length);
    return extended;
  }
  const roomier = new Uint8Array(end * 2);
  roomier.set(bytes);
  return roomier.subarray(0, end);
}
