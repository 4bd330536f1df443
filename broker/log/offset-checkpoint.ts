import type { DiskError, Env } from '../env.js';
import { splitPartitionName } from '../protocol/partition-name.js';
import { malformed, readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';

/**
 * A file of one offset per log, a line `<topic> <partition> <offset>` each
 * (org.apache.kafka.storage.internals.checkpoint.OffsetCheckpointFile). Writes that are asked for during a write share
 * the next one.
 */
export class OffsetCheckpoint {
  protected readonly env: Env;
  protected readonly offsets: Map<string, number>;
  readonly #path: string;
  #writing = false;
  #waiting: ((error: DiskError | null) => void)[] = [];

  constructor(env: Env, path: string, offsets: Map<string, number>) {
    this.env = env;
    this.#path = path;
    this.offsets = offsets;
  }

  /** The entry of a log; 0: it has none. */
  get(partition: string): number {
    return this.offsets.get(partition) ?? 0;
  }

  /** Removes the entry of a log, in memory and on disk. */
  forget(partition: string, done: (error: DiskError | null) => void): void {
    if (this.offsets.delete(partition)) this.write(done);
    else done(null);
  }

  protected write(done: (error: DiskError | null) => void): void {
    this.#waiting.push(done);
    if (!this.#writing) this.#writeNext();
  }

  #writeNext(): void {
    const served = this.#waiting;
    this.#waiting = [];
    this.#writing = true;
    const lines = Array.from(this.offsets, ([partition, offset]) => `${splitName(partition)} ${offset}`);
    runProcedure(this.env.disk, writeCheckpoint(this.#path, lines, true), (failure) => {
      this.#writing = false;
      for (const done of served) done(failure?.error ?? null);
      if (!this.#writing && this.#waiting.length > 0) this.#writeNext();
    });
  }
}

/** `<topic>-<index>` as `<topic> <index>`. */
function splitName(partition: string): string {
  const { topic, index } = splitPartitionName(partition);
  return `${topic} ${index}`;
}

/** The entries by `<topic>-<partition>`. */
export function* readOffsets(path: string): DiskProcedure<Map<string, number>> {
  const offsets = new Map<string, number>();
  for (const line of yield* readCheckpoint(path)) {
    const match = /^(\S+) (\d+) (\d+)$/.exec(line);
    if (match === null) throw malformed(path, JSON.stringify(line));
    offsets.set(`${match[1]}-${match[2]}`, Number(match[3]));
  }
  return offsets;
}
