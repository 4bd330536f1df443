/**
 * What a follower does when the leader does not have its fetch offset (KAFKA-2143, KAFKA-7414). Ahead of
 * the leader (after an unclean election): truncate to the leader's log end offset, never to the beginning.
 * Behind the leader's log start offset: delete the log and begin again there.
 */
export interface OutOfRangeInput {
  readonly logEndOffset: number;
  readonly leaderLogStartOffset: number;
  readonly leaderLogEndOffset: number;
}

export type OutOfRangeAction =
  | { readonly kind: 'truncate'; readonly offset: number }
  | { readonly kind: 'restart'; readonly offset: number }
  | { readonly kind: 'refetch' };

export function outOfRangeAction(input: OutOfRangeInput): OutOfRangeAction {
  if (input.leaderLogEndOffset < input.logEndOffset)
    return { kind: 'truncate', offset: input.leaderLogEndOffset };
  if (input.leaderLogStartOffset > input.logEndOffset) {
    return { kind: 'restart', offset: input.leaderLogStartOffset };
  }
  return { kind: 'refetch' };
}
