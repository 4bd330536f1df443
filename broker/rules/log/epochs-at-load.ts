import type { EpochEntry } from './epoch-end-offset.js';

export interface EpochsAtLoadInput {
  /** From `leader-epoch-checkpoint`. */
  readonly checkpoint: readonly EpochEntry[];
  /** Epochs as the batches recovered (from `recoveredFrom` on) carry them. */
  readonly recovered: readonly EpochEntry[];
  /** Where recovery began; the log end offset where none was needed. */
  readonly recoveredFrom: number;
  readonly logEndOffset: number;
}

/**
 * The epochs a log starts with. The checkpoint counts below the region recovered, the batches themselves count in it:
 * a power loss may have undone an unsynced truncation while the checkpoint, synced, already tells the newer story
 * (KIP-101; KAFKA-16541 keeps checkpoint and log apart in time, so they may disagree). Entries at or above the log end go.
 */
export function epochsAtLoad(input: EpochsAtLoadInput): readonly EpochEntry[] {
  const entries: EpochEntry[] = input.checkpoint.filter((entry) => entry.startOffset < input.recoveredFrom);
  for (const entry of input.recovered) {
    if (entry.leaderEpoch > (entries[entries.length - 1]?.leaderEpoch ?? -1)) entries.push(entry);
  }
  return entries.filter((entry) => entry.startOffset < input.logEndOffset);
}
