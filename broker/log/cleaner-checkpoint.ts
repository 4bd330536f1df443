import type { DiskError, Env } from '../env.js';
import { OffsetCheckpoint } from './offset-checkpoint.js';

/**
 * `cleaner-offset-checkpoint` of a log directory: up to where each log was cleaned (LogCleanerManager). After a start the next
 * pass goes on from there. The file does not exist before the first pass.
 */
export class CleanerCheckpoint extends OffsetCheckpoint {
  static readonly NAME = 'cleaner-offset-checkpoint';

  constructor(env: Env, directory: string, offsets: Map<string, number>) {
    super(env, `${directory}/${CleanerCheckpoint.NAME}`, offsets);
  }

  set(partition: string, cleanedEnd: number, done: (error: DiskError | null) => void): void {
    if (this.get(partition) === cleanedEnd) {
      done(null);
      return;
    }
    this.offsets.set(partition, cleanedEnd);
    this.write(done);
  }
}
