import type { ErrorName } from '../../protocol/errors.js';

/**
 * Whether the leader of the metadata log may answer an observer's fetch (KIP-595;
 * KafkaRaftClient#validateLeaderOnlyRequest). Both must be in one epoch; otherwise the answer would mix the
 * logs of two terms.
 */
export interface MetadataFetchCheck {
  /** 0: the observer does not know a leader yet. */
  readonly requestEpoch: number;
  readonly leaderEpoch: number;
}

export function checkMetadataFetch({ requestEpoch, leaderEpoch }: MetadataFetchCheck): ErrorName {
  if (requestEpoch > leaderEpoch) return 'UNKNOWN_LEADER_EPOCH';
  return requestEpoch < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'NONE';
}
