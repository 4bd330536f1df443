import type { Disk, DiskError } from '../env.js';

/**
 * A sequence of disk steps (load, recovery, roll, flush, truncation, checkpoints) written as a synchronous
 * generator. The generator yields one disk step and is resumed with the answer. A step that fails ends the
 * procedure with a `DiskFailure`, unless the procedure catches it. No promise is involved. If the disk
 * hangs, the procedure is never resumed.
 */
export type DiskStep =
  | { readonly kind: 'append'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'write'; readonly path: string; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'read'; readonly path: string; readonly position: number; readonly lengthBytes: number }
  | { readonly kind: 'size'; readonly path: string }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'syncDirectory'; readonly path: string }
  | { readonly kind: 'truncate'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'renameDirectory'; readonly from: string; readonly to: string }
  | { readonly kind: 'removeDirectory'; readonly path: string }
  | { readonly kind: 'list'; readonly path: string }
  /** Not a disk operation: the procedure waits until `resume` is called. */
  | { readonly kind: 'wait'; readonly start: (resume: () => void) => void };

export interface DiskAnswer {
  readonly error: DiskError | null;
  /** The result of `append`, `write` and `size`. */
  readonly count: number;
  /** The result of `read`. */
  readonly bytes: Uint8Array;
  /** The result of `list`. */
  readonly names: readonly string[];
}

export type DiskProcedure<T> = Generator<DiskStep, T, DiskAnswer>;

/** A disk step failed, or stored text cannot be read. It is thrown up through the procedures. */
export class DiskFailure extends Error {
  override readonly name = 'DiskFailure';
  readonly error: DiskError;
  readonly step: DiskStep['kind'];

  constructor(error: DiskError, step: DiskStep['kind']) {
    super(`${step}: ${error.code} ${error.message}`);
    this.error = error;
    this.step = step;
  }
}

const NO_BYTES = new Uint8Array(0);
const NO_NAMES: readonly string[] = [];

export function runProcedure<T>(
  disk: Disk,
  procedure: DiskProcedure<T>,
  done: (failure: DiskFailure | null, value: T | null) => void,
): void {
  new ProcedureRun(disk, procedure, done).resume(null, 0, NO_BYTES, NO_NAMES);
}

class ProcedureRun<T> {
  readonly #disk: Disk;
  readonly #procedure: DiskProcedure<T>;
  readonly #done: (failure: DiskFailure | null, value: T | null) => void;

  constructor(
    disk: Disk,
    procedure: DiskProcedure<T>,
    done: (failure: DiskFailure | null, value: T | null) => void,
  ) {
    this.#disk = disk;
    this.#procedure = procedure;
    this.#done = done;
  }

  resume(error: DiskError | null, count: number, bytes: Uint8Array, names: readonly string[]): void {
    let step: IteratorResult<DiskStep, T>;
    try {
      step = this.#procedure.next({ error, count, bytes, names });
    } catch (failure) {
      if (!(failure instanceof DiskFailure)) throw failure;
      this.#done(failure, null);
      return;
    }
    if (step.done) this.#done(null, step.value);
    else this.#perform(step.value);
  }

  #perform(step: DiskStep): void {
    const disk = this.#disk;
    switch (step.kind) {
      case 'append':
        disk.append(step.path, step.bytes, this.#onCount.bind(this));
        return;
      case 'write':
        disk.write(step.path, step.position, step.bytes, this.#onCount.bind(this));
        return;
      case 'read':
        disk.read(step.path, step.position, step.lengthBytes, this.#onBytes.bind(this));
        return;
      case 'size':
        disk.size(step.path, this.#onCount.bind(this));
        return;
      case 'sync':
        disk.sync(step.path, this.#onDone.bind(this));
        return;
      case 'syncDirectory':
        disk.syncDirectory(step.path, this.#onDone.bind(this));
        return;
      case 'truncate':
        disk.truncate(step.path, step.sizeBytes, this.#onDone.bind(this));
        return;
      case 'rename':
        disk.rename(step.from, step.to, this.#onDone.bind(this));
        return;
      case 'remove':
        disk.remove(step.path, this.#onDone.bind(this));
        return;
      case 'renameDirectory':
        disk.renameDirectory(step.from, step.to, this.#onDone.bind(this));
        return;
      case 'removeDirectory':
        disk.removeDirectory(step.path, this.#onDone.bind(this));
        return;
      case 'list':
        disk.list(step.path, this.#onNames.bind(this));
        return;
      case 'wait':
        step.start(this.#onDone.bind(this, null));
        return;
      default:
        step satisfies never;
    }
  }

  #onDone(error: DiskError | null): void {
    this.resume(error, 0, NO_BYTES, NO_NAMES);
  }

  #onCount(error: DiskError | null, count: number): void {
    this.resume(error, count, NO_BYTES, NO_NAMES);
  }

  #onBytes(error: DiskError | null, bytes: Uint8Array | null): void {
    this.resume(error, bytes?.length ?? 0, bytes ?? NO_BYTES, NO_NAMES);
  }

  #onNames(error: DiskError | null, names: readonly string[] | null): void {
    this.resume(error, 0, NO_BYTES, names ?? NO_NAMES);
  }
}

/** Performs one step. A failed step ends the procedure. */
export function* demand(step: DiskStep): DiskProcedure<DiskAnswer> {
  const answer = yield step;
  if (answer.error !== null) throw new DiskFailure(answer.error, step.kind);
  return answer;
}

/** Performs one step; null: the file or directory does not exist. */
export function* demandIfPresent(step: DiskStep): DiskProcedure<DiskAnswer | null> {
  const answer = yield step;
  if (answer.error === null) return answer;
  if (answer.error.code === 'ENOENT') return null;
  throw new DiskFailure(answer.error, step.kind);
}

/** Writes all of `bytes` in as many steps as necessary (KAFKA-17181 applies to every file). */
export function* writeWhole(path: string, position: number, bytes: Uint8Array): DiskProcedure<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = written === 0 ? bytes : bytes.subarray(written);
    const answer = yield* demand({ kind: 'write', path, position: position + written, bytes: rest });
    written += answer.count;
  }
}

/** The whole file; null: the file does not exist. */
export function* readWhole(path: string): DiskProcedure<Uint8Array | null> {
  const size = yield* demandIfPresent({ kind: 'size', path });
  if (size === null) return null;
  if (size.count === 0) return NO_BYTES;
  return (yield* demand({ kind: 'read', path, position: 0, lengthBytes: size.count })).bytes;
}
