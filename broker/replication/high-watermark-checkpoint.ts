/**
 * `replication-offset-checkpoint` in the log directory: a line `<topic> <partition> <high watermark>` for each
 * replica (org.apache.kafka.storage.internals.checkpoint.OffsetCheckpointFile). A restarted replica starts with this
 * high watermark.
 */
import type { DiskError, Env } from '../env.js';
import { malformed, readCheckpoint, writeCheckpoint } from '../log/checkpoint-file.js';
import { type DiskProcedure, runProcedure } from '../log/disk-procedure.js';
import type { Partition } from './partition.js';

const NAME = 'replication-offset-checkpoint';

export class HighWatermarkCheckpoint {
  readonly #env: Env;
  readonly #path: string;
  /** By `<topic>-<partition>`, as read at the start. */
  readonly #atStart: Map<string, number>;
  /** Names that the file may contain. */
  #listed: ReadonlySet<string>;
  #isWriting = false;
  #whenWritten: (() => void)[] = [];

  private constructor(env: Env, path: string, atStart: Map<string, number>) {
    this.#env = env;
    this.#path = path;
    this.#atStart = atStart;
    this.#listed = new Set(atStart.keys());
  }

  static read(
    env: Env,
    directory: string,
    done: (error: DiskError | null, checkpoint: HighWatermarkCheckpoint | null) => void,
  ): void {
    const path = `${directory}/${NAME}`;
    runProcedure(env.disk, readLines(path), (failure, highWatermarks) => {
      if (highWatermarks === null) done(failure?.error ?? null, null);
      else done(null, new HighWatermarkCheckpoint(env, path, highWatermarks));
    });
  }

  /** −1: the checkpoint had no entry for the name at the start. */
  get(name: string): number {
    return this.#atStart.get(name) ?? -1;
  }

  /** Writes the present high watermarks. Calls `done` at once when a write is already under way. */
  write(partitions: Iterable<Partition>, done: (error: DiskError | null) => void): void {
    if (this.#isWriting) {
      done(null);
      return;
    }
    this.#isWriting = true;
    const lines: string[] = [];
    const listed = new Set(this.#listed);
    const written = new Set<string>();
    for (const { id, highWatermark } of partitions) {
      lines.push(`${id.topic} ${id.index} ${highWatermark}`);
      listed.add(id.name);
      written.add(id.name);
    }
    this.#listed = listed;
    runProcedure(this.#env.disk, writeCheckpoint(this.#path, lines, true), (failure) => {
      this.#isWriting = false;
      if (failure === null) this.#listed = written;
      done(failure?.error ?? null);
      for (const next of this.#whenWritten.splice(0)) next();
    });
  }

  /**
   * A log is created under the name. The entry of an earlier log of that name must be gone from the file first, since
   * the file does not say which topic id an entry belongs to. `partitions`: those to keep.
   */
  forget(name: string, partitions: Iterable<Partition>, done: (error: DiskError | null) => void): void {
    this.#atStart.delete(name);
    if (!this.#listed.has(name)) done(null);
    else if (this.#isWriting) this.#whenWritten.push(() => this.forget(name, partitions, done));
    else this.write(partitions, done);
  }
}

function* readLines(path: string): DiskProcedure<Map<string, number>> {
  const highWatermarks = new Map<string, number>();
  for (const line of yield* readCheckpoint(path)) {
    const match = /^(\S+) (\d+) (\d+)$/.exec(line);
    if (match === null) throw malformed(path, line);
    highWatermarks.set(`${match[1]}-${match[2]}`, Number(match[3]));
  }
  return highWatermarks;
}
