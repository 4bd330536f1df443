/** Invariants of the ISR: its members according to its leader and according to the controller. */
import type { Invariant, Witness } from './invariant.js';
import { epochs, list } from './phrases.js';

export const isrBeyondLeader: Invariant = {
  name: 'isr-beyond-leader',
  meaning: 'The controller had a replica in the ISR for which the leader did not wait.',
  source: 'ReplicationQuorumSupersetProperty, KIP-497',
  sentence: (w) =>
    `the controller counts ${list(w.isr)} in the ISR of ${w.partition} (epoch ${w.leaderEpoch}); its leader ${w.leader} waits only for ${list(w.maximalIsr)}`,
};

export const isrGivenUp: Invariant = {
  name: 'isr-given-up',
  meaning: 'A leader stopped waiting for a replica that may have become a member of its ISR.',
  source: 'KIP-497, Partition.handleAlterPartitionError',
  sentence: (w) =>
    `${w.host} leads ${w.partition}, gets ${w.errorCode} for its proposed ISR, and no longer waits for ${list(w.givenUp)}`,
};

export const staleIsrProposal: Invariant = {
  name: 'stale-isr-proposal',
  meaning: 'The controller accepted an ISR that a leader had proposed for an earlier state of the partition.',
  source: 'KIP-497',
  sentence: (w) =>
    `the controller accepts an ISR of ${w.partition} in ${epochs(w)}, although it was proposed for ${epochs(w.proposedFor)}`,
};

export const isrBeforeCaughtUp: Invariant = {
  name: 'isr-before-caught-up',
  meaning: 'A leader proposed a replica for the ISR that lacked a committed record.',
  source: 'KAFKA-7128, M-NOHW, M-NOLESO',
  sentence: (w) =>
    `the leader of ${w.partition} (epoch ${w.leaderEpoch}) proposes ${w.host} for the ISR, which lacks the committed offsets from ${w.offset}`,
};

export const ineligibleForIsr: Invariant = {
  name: 'ineligible-for-isr',
  meaning: 'A leader proposed a replica for the ISR that it knew to be ineligible.',
  source: 'KIP-841, KIP-903, Partition.isReplicaIsrEligible',
  sentence: (w) =>
    `the leader of ${w.partition} (epoch ${w.leaderEpoch}) proposes ${w.host} for the ISR, ${ineligibility(w)}`,
};

export const laggardInIsr: Invariant = {
  name: 'laggard-in-isr',
  meaning: 'A leader kept a follower in its ISR that had lagged for too long.',
  source: 'KIP-16',
  sentence: (w) => `${w.host} leads ${w.partition} and keeps ${w.follower} in the ISR, which ${lagOf(w)}`,
};

export const removedInSync: Invariant = {
  name: 'removed-in-sync',
  meaning: 'A leader removed a follower from its ISR that had kept up.',
  source: 'KIP-16',
  sentence: (w) => `${w.host} leads ${w.partition} and removes ${w.follower} from the ISR, which ${lagOf(w)}`,
};

export const staleIncarnationInIsr: Invariant = {
  name: 'stale-incarnation-in-isr',
  meaning: 'The controller added a broker to an ISR because a former incarnation of it had caught up.',
  source: 'KIP-903, M-STALEBROKEREPOCH',
  sentence: (w) =>
    `the controller adds ${w.host} to the ISR of ${w.partition} with broker epoch ${w.incarnation}; the broker has registered with broker epoch ${w.registered} since`,
};

export const fencedInIsr: Invariant = {
  name: 'fenced-in-isr',
  meaning: 'A broker that is fenced or shutting down was in an ISR with other brokers, or was elected.',
  source: 'KIP-841, ValidControllerState',
  sentence: (w) =>
    `${w.host}, which is fenced or shutting down, is in the ISR of ${w.partition}, ${list(w.isr)} (leader ${w.leader ?? 'none'}, epoch ${w.leaderEpoch})`,
};

/** In the order of the documentation. */
export const inSyncReplicasInvariants: readonly Invariant[] = [
  isrBeyondLeader,
  isrGivenUp,
  staleIsrProposal,
  isrBeforeCaughtUp,
  ineligibleForIsr,
  laggardInIsr,
  removedInSync,
  staleIncarnationInIsr,
  fencedInIsr,
];

function lagOf({ followerEndOffset, leaderEndOffset, lagMillis, lagTimeMaxMillis }: Witness): string {
  return `has offsets up to ${followerEndOffset} of ${leaderEndOffset} and was last caught up ${lagMillis} ms ago (replica.lag.time.max.ms ${lagTimeMaxMillis})`;
}

function ineligibility(w: Witness): string {
  if (w.fenced) return 'which it knows to be fenced';
  if (w.shuttingDown) return 'which it knows to be shutting down';
  return Number(w.lastFetchLeaderEpoch) < 0
    ? 'which has not fetched in this leadership'
    : `which fetched with broker epoch ${w.fetchBrokerEpoch} and is registered with broker epoch ${w.metadataBrokerEpoch}`;
}
