/**
 * The disk of one host of a live cluster with the faults of a real disk between a program and its directory: no
 * operation completes (hang), completions are late (slow), files do not grow (full), operations fail with EIO, a
 * write is short. The faults stay when the program ends and starts again.
 */
import { randomInt } from 'node:crypto';
import type { Disk, DiskError } from '../../broker/env.js';
import type { FaultyDisk } from '../../harness/faults/faulty-world.js';
import { DiskFaults, type FailingOperation } from '../../harness/world/disk-faults.js';
import type { FaultHandle } from '../../harness/world/fault-handle.js';
import { flipBit } from './bit-rot.js';
import { Turnstile } from './turnstile.js';

const inputOutputError: DiskError = { code: 'EIO', message: 'injected: input/output error' };
const noSpace: DiskError = { code: 'ENOSPC', message: 'injected: no space left on device' };
const noBytes = new Uint8Array(0);

type Completion<T> = (error: DiskError | null, value: T) => void;

export class LiveDisk implements FaultyDisk {
  readonly #directory: string;
  readonly #faults = new DiskFaults();
  readonly #turnstiles = new Set<Turnstile>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The disk as one start of the program sees it, and the end of that view. */
  door(inner: Disk): { readonly disk: Disk; readonly end: () => void } {
    const completions = new Turnstile(() => this.#faults.has('hang'));
    this.#turnstiles.add(completions);
    const end = (): void => {
      completions.end();
      this.#turnstiles.delete(completions);
    };
    return { disk: new FaultyDoor(inner, this.#faults, completions), end };
  }

  hang(): FaultHandle {
    return this.#faults.add('hang', 0, null, () => {
      for (const turnstile of this.#turnstiles) turnstile.recheck();
    });
  }

  slow(extraMicros: number): FaultHandle {
    return this.#faults.add('slow', extraMicros, null);
  }

  full(): FaultHandle {
    return this.#faults.add('full', 0, null);
  }

  fail(operation: FailingOperation, count: number): FaultHandle {
    return this.#faults.add('fail', count, operation);
  }

  shortWrite(): FaultHandle {
    return this.#faults.add('short-write', 1, null);
  }

  /** A real disk loses nothing when a process ends, so a sync that lies would have no effect (`live-world.ts` refuses it). */
  lie(): FaultHandle {
    return this.#faults.add('lie', 0, null);
  }

  rot(): boolean {
    return flipBit(this.#directory);
  }
}

class FaultyDoor implements Disk {
  readonly #inner: Disk;
  readonly #faults: DiskFaults;
  readonly #completions: Turnstile;

  constructor(inner: Disk, faults: DiskFaults, completions: Turnstile) {
    this.#inner = inner;
    this.#faults = faults;
    this.#completions = completions;
  }

  append(path: string, bytes: Uint8Array, done: Completion<number>): void {
    this.#write(bytes, done, (part, written) => this.#inner.append(path, part, written));
  }

  write(path: string, position: number, bytes: Uint8Array, done: Completion<number>): void {
    this.#write(bytes, done, (part, written) => this.#inner.write(path, position, part, written));
  }

  read(path: string, position: number, lengthBytes: number, done: Completion<Uint8Array>): void {
    this.#ask<Uint8Array>('read', noBytes, done, (completed) =>
      this.#inner.read(path, position, lengthBytes, completed),
    );
  }

  size(path: string, done: Completion<number>): void {
    this.#ask<number>(null, 0, done, (completed) => this.#inner.size(path, completed));
  }

  sync(path: string, done: (error: DiskError | null) => void): void {
    this.#ask('sync', undefined, done, (completed) =>
      this.#inner.sync(path, (error) => completed(error, undefined)),
    );
  }

  syncDirectory(path: string, done: (error: DiskError | null) => void): void {
    this.#ask('sync', undefined, done, (completed) =>
      this.#inner.syncDirectory(path, (error) => completed(error, undefined)),
    );
  }

  truncate(path: string, sizeBytes: number, done: (error: DiskError | null) => void): void {
    this.#ask('truncate', undefined, done, (completed) =>
      this.#inner.truncate(path, sizeBytes, (error) => completed(error, undefined)),
    );
  }

  rename(from: string, to: string, done: (error: DiskError | null) => void): void {
    this.#ask('rename', undefined, done, (completed) =>
      this.#inner.rename(from, to, (error) => completed(error, undefined)),
    );
  }

  renameDirectory(from: string, to: string, done: (error: DiskError | null) => void): void {
    this.#ask('rename', undefined, done, (completed) =>
      this.#inner.renameDirectory(from, to, (error) => completed(error, undefined)),
    );
  }

  removeDirectory(path: string, done: (error: DiskError | null) => void): void {
    this.#ask(null, undefined, done, (completed) =>
      this.#inner.removeDirectory(path, (error) => completed(error, undefined)),
    );
  }

  remove(path: string, done: (error: DiskError | null) => void): void {
    this.#ask(null, undefined, done, (completed) =>
      this.#inner.remove(path, (error) => completed(error, undefined)),
    );
  }

  list(path: string, done: Completion<readonly string[]>): void {
    this.#ask<readonly string[]>(null, [], done, (completed) => this.#inner.list(path, completed));
  }

  #write(
    bytes: Uint8Array,
    done: Completion<number>,
    write: (part: Uint8Array, written: Completion<number>) => void,
  ): void {
    let part = bytes;
    if (this.#faults.some && bytes.length > 0) {
      if (this.#faults.has('full')) {
        this.#faults.count('full');
        setImmediate(() => this.#complete(() => done(noSpace, 0)));
        return;
      }
      if (bytes.length >= 2 && this.#faults.take('short-write'))
        part = bytes.subarray(0, randomInt(1, bytes.length));
    }
    this.#ask<number>('write', 0, done, (completed) => write(part, completed));
  }

  #ask<T>(
    operation: FailingOperation | null,
    valueOnError: T,
    done: Completion<T>,
    run: (completed: Completion<T>) => void,
  ): void {
    if (this.#faults.some && operation !== null && this.#faults.fails(operation)) {
      setImmediate(() => this.#complete(() => done(inputOutputError, valueOnError)));
      return;
    }
    run((error, value) => this.#complete(() => done(error, value)));
  }

  #complete(run: () => void): void {
    if (!this.#faults.some && this.#completions.isEmpty) {
      run();
      return;
    }
    this.#faults.count('hang');
    this.#completions.pass({ run, kind: '' }, this.#faults.slownessMicros() / 1_000);
  }
}
