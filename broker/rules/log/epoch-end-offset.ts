/** The first record of `leaderEpoch` has the offset `startOffset`. */
export interface EpochEntry {
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

export interface EpochEndInput {
  /** Ascending in both fields. */
  readonly entries: readonly EpochEntry[];
  readonly requestedEpoch: number;
  readonly logEndOffset: number;
}

/** Both −1: the end is undefined. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

const UNDEFINED_END: EpochEnd = { leaderEpoch: -1, endOffset: -1 };

/**
 * The leader's answer to the question where leader epoch e ended: the largest epoch ≤ e in the leader's
 * log, and the end offset of that epoch (KIP-101, KIP-279). For an e below the first known epoch the answer
 * is e itself, with the start of the first known epoch as its end. For an e above the last epoch the answer
 * is undefined.
 */
export function epochEndOffset(input: EpochEndInput): EpochEnd {
  const { entries, requestedEpoch } = input;
  const latest = entries[entries.length - 1];
  if (requestedEpoch === -1 || latest === undefined || requestedEpoch > latest.leaderEpoch)
    return UNDEFINED_END;
  if (requestedEpoch === latest.leaderEpoch)
    return { leaderEpoch: requestedEpoch, endOffset: input.logEndOffset };
  let at = entries.length - 1;
  while (at > 0 && entries[at - 1]!.leaderEpoch > requestedEpoch) at--;
  const higher = entries[at]!;
  const floor = entries[at - 1];
  return {
    leaderEpoch: floor === undefined ? requestedEpoch : floor.leaderEpoch,
    endOffset: higher.startOffset,
  };
}
