import type { DiskError, Env } from '../env.js';
import type { ObservedPartition } from '../observer.js';
import { OffsetCheckpoint } from './offset-checkpoint.js';

/** The part of a log that the checkpoint needs. */
export interface StartingLog {
  readonly partition: ObservedPartition;
  readonly logStartOffset: number;
  readonly segmentBaseOffsets: readonly number[];
}

/**
 * `log-start-offset-checkpoint` of a log directory (LogManager#checkpointLogStartOffsetsInDir). It has an entry for each
 * log that begins within its first segment, because the name of the segment does not say where. A log also writes its
 * entry before it deletes segments. The file does not exist before the first entry.
 */
export class LogStartCheckpoint extends OffsetCheckpoint {
  static readonly NAME = 'log-start-offset-checkpoint';

  constructor(env: Env, directory: string, offsets: Map<string, number>) {
    super(env, `${directory}/${LogStartCheckpoint.NAME}`, offsets);
  }

  /** Sets the entry of one log, in memory and on disk, as `PartitionLogOptions.checkpointLogStart` requires. */
  set(partition: string, logStartOffset: number, done: () => void): void {
    if (this.get(partition) === logStartOffset) {
      done();
      return;
    }
    this.offsets.set(partition, logStartOffset);
    this.write((error) => {
      if (error === null) done();
      else this.env.halt(`Log directory failed: checkpoint of log starts: ${error.code} ${error.message}`);
    });
  }

  /** Reads the log start offsets of the logs and writes the entries that are needed. */
  update(
    logs: readonly StartingLog[],
    done: (error: DiskError | null) => void,
    onDisk: (log: StartingLog, logStartOffset: number) => void = () => {},
  ): void {
    const written: (readonly [StartingLog, number])[] = [];
    let isChanged = false;
    for (const log of logs) {
      const { name } = log.partition;
      const { logStartOffset } = log;
      if (logStartOffset > log.segmentBaseOffsets[0]!) {
        isChanged ||= this.offsets.get(name) !== logStartOffset;
        this.offsets.set(name, logStartOffset);
        written.push([log, logStartOffset]);
      } else if (this.offsets.delete(name)) isChanged = true;
    }
    if (!isChanged) {
      done(null);
      return;
    }
    this.write((error) => {
      if (error === null) for (const [log, offset] of written) onDisk(log, offset);
      done(error);
    });
  }
}
