/**
 * KIP-101, KIP-279 (KAFKA-6361): where a replica's records of an epoch end. Of the largest epoch ≤ the one asked for,
 * because a leader need not have seen the epoch the follower has.
 */
export interface EpochEntry {
  readonly epoch: number;
  readonly startOffset: number;
}

export interface EpochEndOffset {
  /** −1: no such epoch. */
  readonly epoch: number;
  readonly endOffset: number;
}

export interface EndOffsetForEpochInput {
  readonly requestedEpoch: number;
  /** Ascending in both fields. */
  readonly epochs: readonly EpochEntry[];
  readonly logEndOffset: number;
}

const UNDEFINED_END: EpochEndOffset = { epoch: -1, endOffset: -1 };

export function endOffsetForEpoch(input: EndOffsetForEpochInput): EpochEndOffset {
  const { requestedEpoch, epochs } = input;
  if (requestedEpoch < 0 || epochs.length === 0) return UNDEFINED_END;
  let endOffset = input.logEndOffset;
  for (let index = epochs.length - 1; index >= 0; index--) {
    const entry = epochs[index]!;
    if (entry.epoch <= requestedEpoch) {
      // An epoch newer than all of ours has no end that we could know, unless it is our latest.
      if (index === epochs.length - 1 && entry.epoch < requestedEpoch) return UNDEFINED_END;
      return { epoch: entry.epoch, endOffset };
    }
    endOffset = entry.startOffset;
  }
  // Older than everything kept: nothing of that epoch is here, its end is where our history starts.
  return { epoch: requestedEpoch, endOffset };
}
