/** `leaderEpoch` began with the record at `startOffset`. */
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

/** Both −1: undefined. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

const UNDEFINED_END: EpochEnd = { leaderEpoch: -1, endOffset: -1 };

/**
 * A leader's answer to "where did epoch e end?": the largest epoch ≤ e that its log has, and the end of that
 * (KIP-101, KIP-279). Below the first known epoch: e itself, ending where the first begins. Above the last: undefined.
 */
export function epochEndOffset(input: EpochEndInput): EpochEnd {
  const { entries, requestedEpoch } = input;
  const latest = entries[entries.length - 1];
  if (requestedEpoch < 0 || latest === undefined || requestedEpoch > latest.leaderEpoch) return UNDEFINED_END;
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
