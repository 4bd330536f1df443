import type { EpochEntry } from './epoch-end-offset.js';

/** An epoch in the batches of a log. */
export interface RecoveredEpoch extends EpochEntry {
  /** The end of the batch before; lower than `startOffset` where compaction has removed offsets. */
  readonly notBefore: number;
}

export interface EpochsAtLoadInput {
  /** The entries of `leader-epoch-checkpoint`. */
  readonly checkpoint: readonly EpochEntry[];
  /** The epochs in the recovered batches (offsets from `recoveredFrom`). */
  readonly recovered: readonly RecoveredEpoch[];
  /** The offset at which recovery began; the log end offset if the log needed no recovery. */
  readonly recoveredFrom: number;
  readonly logEndOffset: number;
}

/**
 * The leader epochs with which a log starts. Below the recovered region the checkpoint counts; inside it
 * the batches count. The two may disagree: a power loss can undo an unsynced truncation while the synced
 * checkpoint already holds the epochs after it (KIP-101; since KAFKA-16541 checkpoint and log are not
 * written at the same time). Where compaction has removed offsets, the checkpoint alone knows the epochs. Entries at or
 * above the log end offset are removed.
 */
export function epochsAtLoad(input: EpochsAtLoadInput): readonly EpochEntry[] {
  const entries: EpochEntry[] = input.checkpoint.filter((entry) => entry.startOffset < input.recoveredFrom);
  const latestEpoch = (): number => entries[entries.length - 1]?.leaderEpoch ?? -1;
  for (const { leaderEpoch, startOffset, notBefore } of input.recovered) {
    for (const kept of input.checkpoint) {
      const isInGap =
        kept.startOffset >= Math.max(notBefore, input.recoveredFrom) && kept.startOffset < startOffset;
      if (isInGap && kept.leaderEpoch > latestEpoch() && kept.leaderEpoch <= leaderEpoch) entries.push(kept);
    }
    if (leaderEpoch > latestEpoch()) entries.push({ leaderEpoch, startOffset });
  }
  return entries.filter((entry) => entry.startOffset < input.logEndOffset);
}
