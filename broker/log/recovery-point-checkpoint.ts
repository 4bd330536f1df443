import type { DiskError, Env } from '../env.js';
import { runProcedure } from './disk-procedure.js';
import { OffsetCheckpoint, readOffsets } from './offset-checkpoint.js';

const NAME = 'recovery-point-offset-checkpoint';

/** The part of a log that the checkpoint needs. */
export interface Recoverable {
  readonly partition: { readonly name: string };
  readonly recoveryPoint: number;
}

/**
 * `recovery-point-offset-checkpoint` of a log directory. After an unclean stop only records at and above the offset
 * are recovered. The checkpoint may therefore lag behind the true recovery point but never be ahead of it: a
 * truncation lowers it first. A log without an entry is recovered as a whole.
 */
export class RecoveryPointCheckpoint extends OffsetCheckpoint {
  static read(
    env: Env,
    directory: string,
    done: (error: DiskError | null, checkpoint: RecoveryPointCheckpoint | null) => void,
  ): void {
    const path = `${directory}/${NAME}`;
    runProcedure(env.disk, readOffsets(path), (failure, points) => {
      if (points === null) done(failure?.error ?? null, null);
      else done(null, new RecoveryPointCheckpoint(env, path, points));
    });
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
    this.offsets.set(partition, recoveryPoint);
    this.write((error) => {
      if (error === null) done();
      else
        this.env.halt(`Log directory failed: checkpoint of recovery points: ${error.code} ${error.message}`);
    });
  }

  /** Reads the recovery points of the logs and writes them. */
  update(logs: Iterable<Recoverable>, done: (error: DiskError | null) => void): void {
    for (const log of logs) this.offsets.set(log.partition.name, log.recoveryPoint);
    this.write(done);
  }
}
