import type { EpochEntry } from './epoch-end-offset.js';

export interface EpochsAtLoadInput {
  /** The entries of `leader-epoch-checkpoint`. */
  readonly checkpoint: readonly EpochEntry[];
  /** The epochs in the recovered batches (offsets from `recoveredFrom`). */
  readonly recovered: readonly EpochEntry[];
  /** The offset at which recovery began; the log end offset if the log needed no recovery. */
  readonly recoveredFrom: number;
  readonly logEndOffset: number;
}

/**
 * The leader epochs with which a log starts. Below the recovered region the checkpoint counts; inside it
 * the batches count. The two may disagree: a power loss can undo an unsynced truncation while the synced
 * checkpoint already holds the epochs after it (KIP-101; since KAFKA-16541 checkpoint and log are not
 * written at the same time). Entries at or above the log end offset are removed.
 */
export function epochsAtLoad(input: EpochsAtLoadInput): readonly EpochEntry[] {
  const entries: EpochEntry[] = input.checkpoint.filter((entry) => entry.startOffset < input.recoveredFrom);
  for (const entry of input.recovered) {
    if (entry.leaderEpoch > (entries[entries.length - 1]?.leaderEpoch ?? -1)) entries.push(entry);
  }
  return entries.filter((entry) => entry.startOffset < input.logEndOffset);
}
