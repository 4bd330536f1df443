import type { DiskError, Env } from '../env.js';
import { splitPartitionName } from '../protocol/partition-name.js';
import { malformed, readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type DiskFailure, type DiskProcedure, runProcedure } from './disk-procedure.js';

const NAME = 'recovery-point-offset-checkpoint';

/** What the checkpoint needs of a log. */
export interface Recoverable {
  /** `<topic>-<index>`. */
  readonly partition: string;
  readonly recoveryPoint: number;
}

/**
 * `recovery-point-offset-checkpoint` of a log directory: a line `<topic> <partition> <offset>` a log. After an unclean
 * stop only what lies above the offset is recovered; so it may lag behind the truth but never run ahead: a truncation
 * lowers it first. Writes run one at a time.
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

  /** 0 where unknown: everything is recovered. */
  get(partition: string): number {
    return this.#points.get(partition) ?? 0;
  }

  /** Lowers the entry of one log, on disk too; as `PartitionLogOptions.lowerRecoveryPoint` wants it. */
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

  /** Takes over where the logs stand and writes it. */
  update(logs: Iterable<Recoverable>, done: (error: DiskError | null) => void): void {
    for (const log of logs) this.#points.set(log.partition, log.recoveryPoint);
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
