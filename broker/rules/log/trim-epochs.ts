import type { EpochEntry } from './epoch-end-offset.js';

export interface TrimEpochsInput {
  /** Ascending in both fields. */
  readonly entries: readonly EpochEntry[];
  readonly logStartOffset: number;
}

/**
 * The epoch entries of a log that now begins at `logStartOffset` (LeaderEpochFileCache#truncateFromStart). Entries
 * wholly below that offset are removed. The epoch that covers the offset begins there.
 */
export function trimEpochs({ entries, logStartOffset }: TrimEpochsInput): readonly EpochEntry[] {
  let first = 0;
  while (first + 1 < entries.length && entries[first + 1]!.startOffset <= logStartOffset) first++;
  const covering = entries[first];
  if (covering === undefined) return entries;
  if (covering.startOffset >= logStartOffset) return first === 0 ? entries : entries.slice(first);
  return [{ leaderEpoch: covering.leaderEpoch, startOffset: logStartOffset }, ...entries.slice(first + 1)];
}
