/**
 * The museum: mistakes that a harness for Kafka must find. Each exhibit is a general scenario in which one rule of
 * the broker or the client is replaced by a wrong one. Identifiers of historic bugs are those of the corpus (A1:
 * KAFKA-1211, D1: KAFKA-5494).
 */
import { clientRules as rightClientRules } from '../../broker/clients/rules/index.js';
import type { Election, electLeader } from '../../broker/rules/controller/elect-leader.js';
import { kafkaRules } from '../../broker/rules/index.js';
import type { Exhibit } from '../../harness/runner/exhibit.js';
import { laggingFollowers } from '../lagging-followers.js';
import { leaderCrash } from '../leader-crash.js';
import { lostDisks } from '../lost-disks.js';
import { lostResponsesIdempotent } from '../lost-responses.js';
import { oneBroker, twoBrokers } from '../small-clusters.js';
import { threeInSync } from '../three-in-sync.js';
import { uncleanElection, uncleanElectionForbidden } from '../unclean-election.js';
import { exhibit } from './exhibit.js';

/** Before KIP-101 a follower trusted its own high watermark, which lags the leader's by a round trip. */
const truncateToHighWatermark = exhibit({
  id: 'A1',
  title: 'KAFKA-1211 / KIP-101: a new follower truncates to its own high watermark',
  story:
    'A replica that becomes a follower truncates its log to its own high watermark. That high watermark lags the leader’s by a fetch, so committed records are removed. If this replica leads next, they are lost.',
  found: leaderCrash,
  rules: {
    truncationOnBecomingFollower: (input) =>
      input.logEndOffset > input.highWatermark ? input.highWatermark : null,
  },
  checkers: ['committed-loss', 'leader-completeness', 'lost-write', 'log-matching'],
  seedsAtMost: 100,
});

/** Before KAFKA-5494 a broker remembered one batch although several were in flight. */
const rememberOneBatch = exhibit({
  id: 'D1',
  title: 'KAFKA-5494: a broker remembers only the last batch of an idempotent producer',
  story:
    'Two batches are in flight, both responses are lost, and both batches are sent again. The broker recognises the second and stores the first a second time.',
  found: lostResponsesIdempotent,
  rules: { producerBatchesKept: () => 1 },
  checkers: ['duplicate', 'nonmonotonic-send', 'reordered-send', 'G1a', 'lost-write'],
  seedsAtMost: 200,
});

const acknowledgeBeforeReplication = exhibit({
  id: 'ack-before-replication',
  title: 'acks=all is answered as soon as the leader has the record',
  story:
    'The record is acknowledged while only the leader has it. The leader crashes, and the record is lost.',
  found: leaderCrash,
  rules: { acknowledgement: () => 'acked' },
  checkers: ['ack-before-commit', 'lost-write', 'unseen'],
  seedsAtMost: 20,
});

const readAboveHighWatermark = exhibit({
  id: 'read-above-hw',
  title: 'Consumers are served records above the high watermark',
  story: 'A consumer acts on a record that the next leader never had.',
  found: leaderCrash,
  rules: { readableEnd: (input) => input.logEndOffset },
  checkers: ['read-above-hw', 'inconsistent-offsets', 'nonmonotonic-poll'],
  seedsAtMost: 20,
});

/** An election that ignores the ISR. */
function electAnyReplica(election: Election): ReturnType<typeof electLeader> {
  const { isr, leader, liveReplicas } = election;
  if (leader >= 0 && liveReplicas.includes(leader)) return { leader, isr, unclean: false };
  const anyone = liveReplicas[0];
  if (anyone === undefined) return { leader: -1, isr, unclean: false };
  return { leader: anyone, isr: isr.includes(anyone) ? isr : [anyone, ...isr], unclean: false };
}

const anyReplicaMayLead = exhibit({
  id: 'any-replica-may-lead',
  title: 'Any live replica may lead, in sync or not',
  story: 'A replica that had left the ISR because it lagged is elected. The records that it lacked are lost.',
  found: uncleanElectionForbidden,
  rules: { electLeader: electAnyReplica },
  checkers: ['leader-not-in-isr', 'leader-completeness', 'lost-write'],
  seedsAtMost: 50,
});

/** Before KIP-320 a fetch named its offset but not its leader epoch. */
const fetchOfAnyEpoch = exhibit({
  id: 'A3',
  title: 'KAFKA-6880 / KIP-320: a leader accepts fetches of any leader epoch',
  story:
    'A follower that does not know of an election yet fetches from the new leader, or a follower that does fetches from the old leader. The fetch offset of one epoch then moves the high watermark of another, or the follower’s log is truncated by it.',
  found: twoBrokers,
  rules: { checkLeaderEpoch: () => 'NONE' },
  checkers: ['unfenced-fetch', 'committed-loss', 'log-matching', 'lost-write'],
  seedsAtMost: 100,
});

/** The mistake of KAFKA-12686: the leader counts a proposed member only once the expansion is committed (KIP-497). */
const waitsForCommittedIsrOnly = exhibit({
  id: 'A14',
  title: 'KIP-497 / KAFKA-12686: a leader does not wait for members that it has proposed',
  story:
    'A leader proposes a follower for the ISR and does not wait for it when it advances the high watermark. The controller has already added the follower and may elect it, although it lacks committed records.',
  found: uncleanElectionForbidden,
  rules: { maximalIsr: ({ isr }) => isr },
  checkers: ['isr-beyond-leader', 'committed-loss', 'leader-completeness', 'lost-write'],
  seedsAtMost: 50,
});

/**
 * Before KAFKA-7128 a follower joined the ISR at the high watermark, but a new leader's high watermark lags the true
 * one.
 */
const joinByHighWatermark = exhibit({
  id: 'A4',
  title: 'KAFKA-7128: a follower joins the ISR at the leader’s high watermark',
  story:
    'A newly elected leader knows an old high watermark. A follower that reaches it lacks records that were committed later, but joins the ISR and may lead next.',
  found: laggingFollowers,
  rules: { mayJoinIsr: (input) => kafkaRules.mayJoinIsr({ ...input, leaderEpochStartOffset: 0 }) },
  checkers: ['isr-before-caught-up', 'committed-loss', 'leader-completeness', 'lost-write'],
  seedsAtMost: 100,
});

/** Before KAFKA-7415 a leader had no epoch until its first append. */
const epochAtFirstAppend = exhibit({
  id: 'A6',
  title: 'KAFKA-7415: a leader records its epoch at its first append instead of at its election',
  story:
    'One leader follows another, and the second has written nothing. When the first asks where its epoch ended, the second does not know, and no follower can truncate by its answer.',
  found: uncleanElection,
  rules: { recordsEpochAtElection: () => false },
  checkers: ['epoch-unknown', 'log-matching', 'not-converged'],
  seedsAtMost: 100,
});

/** Before KIP-903 a broker was the same broker even if its disk was lost. */
const anyIncarnationInSync = exhibit({
  id: 'A10',
  title: 'KAFKA-14139 / KIP-903: a broker joins the ISR because its former incarnation had caught up',
  story:
    'A leader proposes a follower that has caught up. The proposal is held back, and the follower loses its disk and registers again. The controller then adds it to the ISR with an empty log.',
  found: lostDisks,
  rules: {
    isrMemberEligible: (member) => member.registered && !member.fenced && !member.inControlledShutdown,
  },
  checkers: ['stale-incarnation-in-isr', 'committed-loss', 'lost-write'],
  seedsAtMost: 200,
});

/** Before KIP-320 a consumer read on from its position after any change of leader. */
const positionNeverValidated = exhibit({
  id: 'B5',
  title: 'KAFKA-7747 / KIP-320: a consumer does not ask a new leader about its position',
  story:
    'An unclean election replaces records that a consumer had read by other records. When the new log is as long as the old one, the consumer reads on after them and never sees the records it missed.',
  found: uncleanElection,
  clientRules: { mustValidatePosition: () => false },
  checkers: ['crossed-truncation'],
  seedsAtMost: 200,
});

const cleanBeforeLoaded = exhibit({
  id: 'C4',
  title: 'KAFKA-15375: a broker stopped while it loads its logs marks the shutdown as clean',
  story:
    'Power fails and leaves half a batch. The broker is started, and stopped before it has recovered that log. Because of the marker that it leaves, the next start does not recover the log either.',
  found: oneBroker,
  rules: { writesCleanShutdownMarker: ({ closed }) => closed },
  checkers: ['unopened-log-trusted', 'leader-completeness', 'lost-write', 'committed-loss'],
  seedsAtMost: 60,
});

const appendsAfterError = exhibit({
  id: 'C5',
  title: 'KAFKA-10778: a log continues after a failed write',
  story:
    'A write fails and leaves part of its bytes. Later batches follow these bytes, so the records acknowledged there cannot be read after a restart.',
  found: oneBroker,
  rules: { mayAppendAfterError: () => true },
  checkers: ['committed-loss', 'leader-completeness', 'lost-write', 'inconsistent-offsets', 'log-matching'],
  seedsAtMost: 50,
});

const noWrapOfSequences = exhibit({
  id: 'D7',
  title: 'KAFKA-7692: a sequence number does not wrap from 2^31−1 to 0',
  story: 'A producer has sent 2^31 records. The broker expects the next to be one more, and refuses it.',
  found: lostResponsesIdempotent,
  rules: {
    checkSequence: (input) => {
      const last = input.state?.batches[input.state.batches.length - 1]?.lastSequence;
      const verdict = kafkaRules.checkSequence(input);
      if (
        verdict.kind !== 'accept' ||
        last !== 0x7fff_ffff ||
        input.producerEpoch !== input.state?.producerEpoch
      )
        return verdict;
      return { kind: 'reject', errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
    },
  },
  checkers: ['sequence-refused'],
  seedsAtMost: 20,
});

const lastErrorDecides = exhibit({
  id: 'KAFKA-13574',
  title: 'KAFKA-13574: a send counts as definitely failed because of its last error alone',
  story:
    'The first attempt is stored and its response lost, and the last attempt is refused because too few replicas are in sync. The producer reports that the record was not stored, but consumers read it.',
  found: threeInSync,
  clientRules: {
    isDefiniteFailure: ({ error, wasSent }) => !wasSent || !rightClientRules.mayHaveLanded(error),
  },
  checkers: ['G1a'],
  seedsAtMost: 50,
});

export const exhibits: readonly Exhibit[] = [
  truncateToHighWatermark,
  rememberOneBatch,
  acknowledgeBeforeReplication,
  readAboveHighWatermark,
  anyReplicaMayLead,
  fetchOfAnyEpoch,
  joinByHighWatermark,
  epochAtFirstAppend,
  anyIncarnationInSync,
  waitsForCommittedIsrOnly,
  positionNeverValidated,
  cleanBeforeLoaded,
  appendsAfterError,
  noWrapOfSequences,
  lastErrorDecides,
];
