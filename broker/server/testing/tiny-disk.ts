/**
 * A disk in memory for whole brokers: each operation completes after a fixed latency, files grow in place, `list` names
 * files and directories. It can hang. Written bytes survive a crash; there is no power loss here.
 */
import type { Disk, DiskError, Timers } from '../../env.js';

interface File {
  bytes: Uint8Array;
  sizeBytes: number;
}

const LATENCY_MICROS = 20;

export class TinyDisk {
  readonly files = new Map<string, File>();
  /** Operations begin, and never end. */
  isHanging = false;
  appendCount = 0;

  /** The disk as one start of a host sees it: its timers stop with the host, and so do the completions. */
  door(timers: Timers): Disk {
    const complete = (finish: () => void): void => {
      if (!this.isHanging) timers.schedule(LATENCY_MICROS, finish);
    };
    return {
      append: (path, bytes, done) =>
        complete(() => {
          this.appendCount += 1;
          done(null, this.#write(path, this.files.get(path)?.sizeBytes ?? 0, bytes));
        }),
      write: (path, position, bytes, done) => complete(() => done(null, this.#write(path, position, bytes))),
      read: (path, position, lengthBytes, done) =>
        complete(() => {
          const file = this.files.get(path);
          if (file === undefined) done(missing(path), new Uint8Array(0));
          else done(null, file.bytes.slice(position, Math.min(position + lengthBytes, file.sizeBytes)));
        }),
      size: (path, done) =>
        complete(() => {
          const file = this.files.get(path);
          done(file === undefined ? missing(path) : null, file?.sizeBytes ?? 0);
        }),
      sync: (path, done) => complete(() => done(this.files.has(path) ? null : missing(path))),
      syncDirectory: (_path, done) => complete(() => done(null)),
      truncate: (path, sizeBytes, done) =>
        complete(() => {
          const file = this.files.get(path);
          if (file !== undefined) file.sizeBytes = Math.min(file.sizeBytes, sizeBytes);
          done(file === undefined ? missing(path) : null);
        }),
      rename: (from, to, done) =>
        complete(() => {
          const file = this.files.get(from);
          if (file !== undefined) {
            this.files.delete(from);
            this.files.set(to, file);
          }
          done(file === undefined ? missing(from) : null);
        }),
      remove: (path, done) => complete(() => done(this.files.delete(path) ? null : missing(path))),
      list: (path, done) =>
        complete(() => {
          const names = new Set<string>();
          for (const name of this.files.keys()) {
            if (name.startsWith(`${path}/`)) names.add(name.slice(path.length + 1).split('/')[0]!);
          }
          done(names.size === 0 ? missing(path) : null, [...names].sort());
        }),
    };
  }

  /** Turns one bit of the byte at `position`. */
  flip(path: string, position: number): void {
    const file = this.files.get(path);
    if (file !== undefined) file.bytes[position]! ^= 1;
  }

  #write(path: string, position: number, bytes: Uint8Array): number {
    let file = this.files.get(path);
    if (file === undefined) {
      file = { bytes: new Uint8Array(256), sizeBytes: 0 };
      this.files.set(path, file);
    }
    const end = position + bytes.length;
    if (end > file.bytes.length) {
      const grown = new Uint8Array(Math.max(end, file.bytes.length * 2));
      grown.set(file.bytes);
      file.bytes = grown;
    }
    file.bytes.set(bytes, position);
    file.sizeBytes = Math.max(file.sizeBytes, end);
    return bytes.length;
  }
}

const missing = (path: string): DiskError => ({ code: 'ENOENT', message: path });
