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

/** By `<topic>-<partition>`. */
export type HighWatermarks = ReadonlyMap<string, number>;

export function readHighWatermarks(
  env: Env,
  directory: string,
  done: (error: DiskError | null, highWatermarks: HighWatermarks) => void,
): void {
  runProcedure(env.disk, readLines(`${directory}/${NAME}`), (failure, highWatermarks) => {
    done(failure?.error ?? null, highWatermarks ?? new Map());
  });
}

/** Writes the present high watermarks. The caller must run one write at a time. */
export function writeHighWatermarks(
  env: Env,
  directory: string,
  partitions: Iterable<Partition>,
  done: (error: DiskError | null) => void,
): void {
  const lines: string[] = [];
  for (const { topic, index, highWatermark } of partitions) lines.push(`${topic} ${index} ${highWatermark}`);
  runProcedure(env.disk, writeCheckpoint(`${directory}/${NAME}`, lines, true), (failure) => {
    done(failure?.error ?? null);
  });
}

function* readLines(path: string): DiskProcedure<HighWatermarks> {
  const highWatermarks = new Map<string, number>();
  for (const line of yield* readCheckpoint(path)) {
    const match = /^(\S+) (\d+) (\d+)$/.exec(line);
    if (match === null) throw malformed(path, line);
    highWatermarks.set(`${match[1]}-${match[2]}`, Number(match[3]));
  }
  return highWatermarks;
}
