import type { DiskError, Env } from '../env.js';
import { splitPartitionName } from '../protocol/partition-name.js';
import { malformed, readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type DiskFailure, type DiskProcedure, runProcedure } from './disk-procedure.js';

const NAME = 'recovery-point-offset-checkpoint';

/** The part of a log that the checkpoint needs. */
export interface Recoverable {
  readonly partition: { readonly name: string };
  readonly recoveryPoint: number;
}

/**
 * `recovery-point-offset-checkpoint` of a log directory: one line `<topic> <partition> <offset>` per log.
 * After an unclean stop only records at and above the offset are recovered. The checkpoint may therefore
 * lag behind the true recovery point but never be ahead of it: a truncation lowers it first. Writes run one
 * at a time.
 */
export class RecoveryPointCheckpoint {
  readonly #env: Env;
  readonly #path: string;
  readonly #points: Map<string, number>;
  #writing = false;
  #waiting: ((error: DiskError | null) => void)[] = [];

  private constructor(env: Env, path: string, points: Map<string, number>) {
    this.#env = env;
    this.#path = path;
    this.#points = points;
  }

  static read(
    env: Env,
    directory: string,
    done: (error: DiskError | null, checkpoint: RecoveryPointCheckpoint | null) => void,
  ): void {
    const path = `${directory}/${NAME}`;
    runProcedure(env.disk, readPoints(path), (failure, points) => {
      if (points === null) done(failure?.error ?? null, null);
      else done(null, new RecoveryPointCheckpoint(env, path, points));
    });
  }

  /** The recovery point of a log; 0: unknown, so the whole log is recovered. */
  get(partition: string): number {
    return this.#points.get(partition) ?? 0;
  }

  /**
   * Lowers the entry of one log, in memory and on disk, as `PartitionLogOptions.lowerRecoveryPoint`
   * requires.
   */
  lower(partition: string, recoveryPoint: number, done: () => void): void {
    if (this.get(partition) <= recoveryPoint) {
      done();
      return;
    }
    this.#points.set(partition, recoveryPoint);
    this.#write((error) => {
      if (error === null) done();
      else
        this.#env.halt(`Log directory failed: checkpoint of recovery points: ${error.code} ${error.message}`);
    });
  }

  /** Removes the entry of a log, in memory and on disk. */
  forget(partition: string, done: (error: DiskError | null) => void): void {
    if (this.#points.delete(partition)) this.#write(done);
    else done(null);
  }

  /** Reads the recovery points of the logs and writes them. */
  update(logs: Iterable<Recoverable>, done: (error: DiskError | null) => void): void {
    for (const log of logs) this.#points.set(log.partition.name, log.recoveryPoint);
    this.#write(done);
  }

  #write(done: (error: DiskError | null) => void): void {
    this.#waiting.push(done);
    if (!this.#writing) this.#writeNext();
  }

  #writeNext(): void {
    const served = this.#waiting;
    this.#waiting = [];
    this.#writing = true;
    const lines = Array.from(this.#points, ([partition, point]) => `${splitName(partition)} ${point}`);
    runProcedure(this.#env.disk, writeCheckpoint(this.#path, lines, true), (failure: DiskFailure | null) => {
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

function* readPoints(path: string): DiskProcedure<Map<string, number>> {
  const points = new Map<string, number>();
  for (const line of yield* readCheckpoint(path)) {
    const match = /^(\S+) (\d+) (\d+)$/.exec(line);
    if (match === null) throw malformed(path, JSON.stringify(line));
    points.set(`${match[1]}-${match[2]}`, Number(match[3]));
  }
  return points;
}
