import type { EpochEntry } from '../rules/log/epoch-end-offset.js';
import { malformed, readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import type { DiskProcedure } from './disk-procedure.js';

/**
 * `leader-epoch-checkpoint` of one log: one line `<epoch> <start offset>` per entry
 * (`LeaderEpochCheckpointFile`).
 */
const FILE_NAME = 'leader-epoch-checkpoint';

export function* readEpochCheckpoint(directory: string): DiskProcedure<readonly EpochEntry[]> {
  const path = `${directory}/${FILE_NAME}`;
  const entries: EpochEntry[] = [];
  for (const line of yield* readCheckpoint(path)) {
    const match = /^(\d+) (\d+)$/.exec(line);
    if (match === null) throw malformed(path, JSON.stringify(line));
    entries.push({ leaderEpoch: Number(match[1]), startOffset: Number(match[2]) });
  }
  return entries;
}

export function* writeEpochCheckpoint(
  directory: string,
  entries: readonly EpochEntry[],
  sync: boolean,
): DiskProcedure<void> {
  const lines = entries.map((entry) => `${entry.leaderEpoch} ${entry.startOffset}`);
  yield* writeCheckpoint(`${directory}/${FILE_NAME}`, lines, sync);
}
