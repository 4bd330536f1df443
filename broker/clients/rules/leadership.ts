/**
 * KIP-320: metadata from a broker that lags must not restore an older leader. −1: unknown epoch. KAFKA-12257: the
 * epochs of a topic made again under its name begin anew, so they are not compared with those of the earlier topic.
 */
export function acceptsLeaderEpoch(epochs: {
  readonly known: number;
  readonly offered: number;
  readonly isOtherTopic: boolean;
}): boolean {
  return epochs.isOtherTopic || epochs.offered === -1 || epochs.offered >= epochs.known;
}

export interface ConsumerPosition {
  readonly offset: number;
  /** The leader epoch of the last record read before `offset`; −1: unknown. */
  readonly offsetEpoch: number;
}

/**
 * KIP-320, KAFKA-7747: after a change of leader the log may hold other records below a consumer's position.
 * The consumer must ask the new leader before it reads on. If the consumer does not know the epoch of its
 * position, there is nothing to ask.
 */
export function mustValidatePosition(change: {
  readonly position: ConsumerPosition;
  readonly knownLeaderEpoch: number;
  readonly newLeaderEpoch: number;
}): boolean {
  return change.position.offsetEpoch >= 0 && change.newLeaderEpoch > change.knownLeaderEpoch;
}

/** The end of the largest epoch ≤ the requested one in the leader's log; −1: undefined. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

export type PositionVerdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'truncated'; readonly divergence: EpochEnd }
  /** The leader has no epoch as old as the position. */
  | { readonly kind: 'unknown' };

/**
 * KIP-320 (SubscriptionState#maybeCompleteValidation): a position beyond the end of its epoch on the leader
 * follows records that were truncated. As in Java, a position passes if another epoch of the leader reaches
 * a higher offset.
 */
export function judgePosition(position: ConsumerPosition, end: EpochEnd): PositionVerdict {
  if (end.endOffset < 0 || end.leaderEpoch < 0) return { kind: 'unknown' };
  if (end.endOffset < position.offset) return { kind: 'truncated', divergence: end };
  return { kind: 'valid' };
}
