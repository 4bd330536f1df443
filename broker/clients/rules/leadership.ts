/**
 * KIP-320: metadata from a broker that lags must not bring back an older leader. −1 is an unknown epoch.
 */
export function acceptsLeaderEpoch(epochs: { readonly known: number; readonly offered: number }): boolean {
  return epochs.offered === -1 || epochs.offered >= epochs.known;
}

export interface ConsumerPosition {
  readonly offset: number;
  /** The leader epoch of the last record read before `offset`; −1 unknown. */
  readonly offsetEpoch: number;
}

/**
 * KIP-320, KAFKA-7747: after a change of leader the log may hold another history below a consumer's position; it must
 * ask the new leader before it reads on. Without the epoch of what it read there is nothing to ask.
 */
export function mustValidatePosition(change: {
  readonly position: ConsumerPosition;
  readonly knownLeaderEpoch: number;
  readonly newLeaderEpoch: number;
}): boolean {
  return change.position.offsetEpoch >= 0 && change.newLeaderEpoch > change.knownLeaderEpoch;
}

/** The end of the largest epoch ≤ the one asked for, in the leader's log; −1 for undefined. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

export type PositionVerdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'truncated'; readonly divergence: EpochEnd }
  /** The leader knows nothing as old as the position. */
  | { readonly kind: 'unknown' };

/**
 * KIP-320 (SubscriptionState#maybeCompleteValidation): a position beyond the end of its epoch on the leader stands on
 * records that were truncated. As in Java, a position that another epoch covers up to a higher offset passes.
 */
export function judgePosition(position: ConsumerPosition, end: EpochEnd): PositionVerdict {
  if (end.endOffset < 0 || end.leaderEpoch < 0) return { kind: 'unknown' };
  if (end.endOffset < position.offset) return { kind: 'truncated', divergence: end };
  return { kind: 'valid' };
}
