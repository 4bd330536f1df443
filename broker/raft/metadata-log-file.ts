/**
 * The metadata log's only segment on a controller's disk. Contract:
 *
 * - `load` reads it once, truncates a torn tail, and refuses a log whose synced part is damaged.
 * - `append` queues a batch. Batches queued during a write are written together, with one write and one sync.
 *   `onSynced` is called with the durable end offset; the directory entry of the file is then durable too.
 * - `onError` is called once, at the first disk error. After it nothing more is written or reported.
 */
import type { DiskError, Env } from '../env.js';
import { encodeBatch, scanBatches } from './batch-frame.js';
import type { MetadataBatch } from './metadata-batch.js';

export interface MetadataLogFileOptions {
  readonly directory: string;
  readonly onSynced: (endOffset: number) => void;
  /** A torn tail that a crash had left was truncated. */
  readonly onTornTail: () => void;
  readonly onError: (reason: string) => void;
}

export class MetadataLogFile {
  readonly #env: Env;
  readonly #options: MetadataLogFileOptions;
  readonly #path: string;
  #queue: MetadataBatch[] = [];
  #isWriting = false;
  #hasFailed = false;
  #writtenBytes = 0;
  #syncedBytes = 0;
  #isDirectorySynced = false;

  constructor(env: Env, options: MetadataLogFileOptions) {
    this.#env = env;
    this.#options = options;
    this.#path = `${options.directory}/00000000000000000000.log`;
  }

  load(done: (batches: readonly MetadataBatch[], knownCommittedOffset: number) => void): void {
    const { disk } = this.#env;
    disk.size(this.#path, (sizeError, sizeBytes) => {
      if (sizeError?.code === 'ENOENT') {
        done([], 0);
        return;
      }
      if (this.#failed(sizeError)) return;
      disk.read(this.#path, 0, sizeBytes, (readError, bytes) => {
        if (!this.#failed(readError)) this.#recover(bytes, done);
      });
    });
  }

  append(batch: MetadataBatch): void {
    this.#queue.push(batch);
    if (!this.#isWriting) this.#writeQueue();
  }

  #recover(
    bytes: Uint8Array,
    done: (batches: readonly MetadataBatch[], knownCommittedOffset: number) => void,
  ): void {
    const { batches, validBytes, knownCommittedOffset, isCorrupt } = scanBatches(bytes);
    if (isCorrupt) {
      this.#fail(`${this.#path} is corrupt at ${validBytes}, before its synced end`);
      return;
    }
    this.#writtenBytes = validBytes;
    if (validBytes === bytes.length) {
      done(batches, knownCommittedOffset);
      return;
    }
    this.#options.onTornTail();
    this.#env.disk.truncate(this.#path, validBytes, (error) => {
      if (!this.#failed(error)) done(batches, knownCommittedOffset);
    });
  }

  #writeQueue(): void {
    const first = this.#queue[0];
    if (first === undefined || this.#hasFailed) return;
    const batches = this.#queue;
    this.#queue = [];
    this.#isWriting = true;
    const bytes = concatenate(batches.map((batch) => encodeBatch(batch, this.#syncedBytes)));
    const last = batches[batches.length - 1] ?? first;
    this.#write(bytes, last.baseOffset + last.records.length);
  }

  /** A short write is continued, as write(2) requires. */
  #write(bytes: Uint8Array, endOffset: number): void {
    this.#env.disk.append(this.#path, bytes, (error, writtenBytes) => {
      if (this.#failed(error)) return;
      this.#writtenBytes += writtenBytes;
      if (writtenBytes < bytes.length) this.#write(bytes.subarray(writtenBytes), endOffset);
      else this.#sync(endOffset);
    });
  }

  #sync(endOffset: number): void {
    const { disk } = this.#env;
    disk.sync(this.#path, (error) => {
      if (this.#failed(error)) return;
      if (this.#isDirectorySynced) {
        this.#synced(endOffset);
        return;
      }
      disk.syncDirectory(this.#options.directory, (directoryError) => {
        if (this.#failed(directoryError)) return;
        this.#isDirectorySynced = true;
        this.#synced(endOffset);
      });
    });
  }

  #synced(endOffset: number): void {
    this.#syncedBytes = this.#writtenBytes;
    this.#isWriting = false;
    this.#writeQueue();
    this.#options.onSynced(endOffset);
  }

  #failed(error: DiskError | null): boolean {
    if (error !== null) this.#fail(`${this.#path}: ${error.code} ${error.message}`);
    return this.#hasFailed;
  }

  #fail(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onError(reason);
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0];
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
