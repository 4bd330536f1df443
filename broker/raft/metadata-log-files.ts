/**
 * The segments of the metadata log on a controller's disk: record batches in files that are named by the offset of
 * their first record (org.apache.kafka.raft.KafkaMetadataLog). Contract:
 *
 * - `load` reads every segment once, truncates a torn tail, syncs what is left, and refuses a damaged log (see
 *   LogRecovery).
 * - `write` writes one batch and syncs it; the directory entry of a new segment is then durable too. The next call
 *   comes only after `done`.
 * - `onError` is called once, at the first disk error. After it nothing more is written or reported.
 */
import type { Env } from '../env.js';
import {
  type DiskFailure,
  type DiskProcedure,
  demand,
  demandIfPresent,
  readWhole,
  runProcedure,
} from '../log/disk-procedure.js';
import type { MetadataBatch } from '../protocol/metadata-log-batch.js';
import { LogRecovery } from './log-recovery.js';

export interface MetadataLogFilesOptions {
  readonly directory: string;
  /** metadata.log.segment.bytes */
  readonly segmentBytesMax: number;
  /** A torn tail that a crash had left was truncated. */
  readonly onTornTail: () => void;
  readonly onError: (reason: string) => void;
}

export interface LoadedMetadataLog {
  readonly batches: readonly MetadataBatch[];
  /** The bytes of these batches, by segment. */
  readonly segments: readonly Uint8Array[];
  readonly knownCommittedOffset: number;
}

export interface EncodedBatch {
  readonly baseOffset: number;
  readonly endOffset: number;
  readonly bytes: Uint8Array;
}

export class MetadataLogFiles {
  readonly #env: Env;
  readonly #options: MetadataLogFilesOptions;
  #hasFailed = false;
  /** The segment that is written to; '' before the first batch. */
  #path = '';
  #sizeBytes = 0;
  #isDirectorySynced = false;

  constructor(env: Env, options: MetadataLogFilesOptions) {
    this.#env = env;
    this.#options = options;
  }

  load(done: (log: LoadedMetadataLog) => void): void {
    this.#run(this.#load(), done);
  }

  write(batch: EncodedBatch, done: () => void): void {
    this.#run(this.#write(batch), done);
  }

  *#load(): DiskProcedure<LoadedMetadataLog | string> {
    const names = yield* demandIfPresent({ kind: 'list', path: this.#options.directory });
    const files = (names?.names ?? []).filter((name) => /^\d{20}\.log$/.test(name)).sort();
    const recovery = new LogRecovery();
    const segments: Uint8Array[] = [];
    for (let index = 0; index < files.length; index += 1) {
      const path = `${this.#options.directory}/${files[index]}`;
      const bytes = (yield* readWhole(path)) ?? new Uint8Array(0);
      const end = recovery.readSegment(bytes);
      segments.push(bytes.subarray(0, end));
      this.#path = path;
      this.#sizeBytes = end;
      if (end === bytes.length) continue;
      const laterFiles = files.slice(index + 1);
      const isCorrupt = recovery.hasBatchFrom(bytes, end) || (yield* this.#hasBatchIn(laterFiles, recovery));
      if (isCorrupt) return `${path} is corrupt at ${end}, before an intact batch`;
      yield* this.#truncate(path, end, laterFiles);
      break;
    }
    if (this.#path !== '') yield* demand({ kind: 'sync', path: this.#path });
    const { batches, knownCommittedOffset } = recovery;
    return { batches, segments, knownCommittedOffset };
  }

  *#hasBatchIn(files: readonly string[], recovery: LogRecovery): DiskProcedure<boolean> {
    for (const file of files) {
      const bytes = yield* readWhole(`${this.#options.directory}/${file}`);
      if (bytes !== null && recovery.hasBatchFrom(bytes, 0)) return true;
    }
    return false;
  }

  *#truncate(path: string, sizeBytes: number, laterFiles: readonly string[]): DiskProcedure<void> {
    this.#options.onTornTail();
    for (const file of laterFiles) {
      yield* demandIfPresent({ kind: 'remove', path: `${this.#options.directory}/${file}` });
    }
    yield* demand({ kind: 'truncate', path, sizeBytes });
  }

  *#write({ baseOffset, bytes }: EncodedBatch): DiskProcedure<null> {
    const { directory, segmentBytesMax } = this.#options;
    if (this.#path === '' || (this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > segmentBytesMax)) {
      this.#path = `${directory}/${String(baseOffset).padStart(20, '0')}.log`;
      this.#sizeBytes = 0;
      this.#isDirectorySynced = false;
    }
    // A short write is continued, as write(2) requires.
    for (let written = 0; written < bytes.length; ) {
      const rest = written === 0 ? bytes : bytes.subarray(written);
      written += (yield* demand({ kind: 'append', path: this.#path, bytes: rest })).count;
    }
    this.#sizeBytes += bytes.length;
    yield* demand({ kind: 'sync', path: this.#path });
    if (!this.#isDirectorySynced) {
      yield* demand({ kind: 'syncDirectory', path: directory });
      this.#isDirectorySynced = true;
    }
    return null;
  }

  #run<T extends object | null>(procedure: DiskProcedure<T | string>, done: (value: T) => void): void {
    runProcedure(this.#env.disk, procedure, (failure, value) => {
      if (this.#hasFailed) return;
      const reason = failure === null ? null : this.#describe(failure);
      if (reason !== null || typeof value === 'string') {
        this.#hasFailed = true;
        this.#options.onError(reason ?? String(value));
      } else {
        done(value as T);
      }
    });
  }

  #describe({ error }: DiskFailure): string {
    return `${this.#path === '' ? this.#options.directory : this.#path}: ${error.code} ${error.message}`;
  }
}
