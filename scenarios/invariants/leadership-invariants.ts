/**
 * Invariants of leadership: which broker may lead, and what a leader and its followers may conclude from each other’s
 * requests and responses.
 */
import type { Invariant } from './invariant.js';
import { list } from './phrases.js';

export const leaderCompleteness: Invariant = {
  name: 'leader-completeness',
  meaning: 'A new leader lacks a record that was committed before its election.',
  source: 'LeaderCompletenessProperty',
  sentence: (w) =>
    `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) without the committed offsets from ${w.offset}; the records below ${w.committedEnd} are committed`,
};

export const leaderNotInIsr: Invariant = {
  name: 'leader-not-in-isr',
  meaning: 'A broker outside the ISR became leader without an unclean election.',
  source: 'LeaderInIsr',
  sentence: (w) =>
    `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) and is not in the ISR, ${list(w.isr)}`,
};

export const needlessUncleanElection: Invariant = {
  name: 'needless-unclean-election',
  meaning: 'A broker from outside the ISR became leader although a member of the ISR could have led.',
  source: 'KIP-106, PartitionChangeBuilder',
  sentence: (w) =>
    `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) from outside the ISR, ${list(w.isr)}, although a member of the ISR is live`,
};

export const twoLeadersInEpoch: Invariant = {
  name: 'two-leaders-in-epoch',
  meaning: 'Two brokers led the same partition in the same leader epoch.',
  source: 'one leader per epoch',
  sentence: (w) => `${list(w.hosts)} both lead ${w.partition} in leader epoch ${w.leaderEpoch}`,
};

export const unheardFollower: Invariant = {
  name: 'unheard-follower',
  meaning: 'A new leader used what it had known of a follower before its leadership began.',
  source: 'KIP-320, Replica.resetReplicaState',
  sentence: (w) =>
    `${w.host} begins to lead ${w.partition} with ${w.logEndOffset} as the log end of ${w.follower}, although ${w.follower} has not fetched from it yet`,
};

export const unfencedFetch: Invariant = {
  name: 'unfenced-fetch',
  meaning: 'A leader accepted a fetch that was meant for another leader epoch.',
  source: 'KIP-320',
  sentence: (w) =>
    `${w.host} leads ${w.partition} in epoch ${w.leaderEpoch} and accepts a fetch that names epoch ${w.requestedEpoch}`,
};

export const staleFetchUsed: Invariant = {
  name: 'stale-fetch-used',
  meaning: 'A follower used a fetch response that was for another leader epoch or another log end.',
  source: 'KIP-320',
  sentence: (w) =>
    `${w.host} uses a fetch response for ${w.partition} from offset ${w.offset} although its leader epoch or log end has changed since the request`,
};

export const epochUnknown: Invariant = {
  name: 'epoch-unknown',
  meaning: 'A leader could not say where an earlier leader epoch ended.',
  source: 'KIP-101, KAFKA-7415',
  sentence: (w) =>
    `${w.host} leads ${w.partition} in epoch ${w.leaderEpoch} and cannot say where epoch ${w.requestedEpoch} ended`,
};

/** In the order of the documentation. */
export const leadershipInvariants: readonly Invariant[] = [
  leaderCompleteness,
  leaderNotInIsr,
  needlessUncleanElection,
  twoLeadersInEpoch,
  unheardFollower,
  unfencedFetch,
  staleFetchUsed,
  epochUnknown,
];
