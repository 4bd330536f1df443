/**
 * The museum's first room: mistakes that a harness for Kafka must find, each put through the broker's own rules into a
 * general scenario. Identifiers of historic bugs are those of the corpus (A1: KAFKA-1211, D1: KAFKA-5494).
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

/** KIP-101 as it was: the follower trusts its own high watermark, which lags the leader's by a round trip. */
const truncateToHighWatermark = exhibit({
  id: 'A1',
  title: 'KAFKA-1211 / KIP-101: a new follower truncates to its own high watermark',
  story:
    'A replica that becomes a follower cuts its log to its high watermark. That lags the leader’s by a fetch, so committed records are cut; if this replica leads next, they are gone.',
  found: leaderCrash,
  rules: {
    truncationOnBecomingFollower: (input) =>
      input.logEndOffset > input.highWatermark ? input.highWatermark : null,
  },
  checkers: ['committed-loss', 'leader-completeness', 'lost-write', 'log-matching'],
  seedsAtMost: 100,
});

/** KAFKA-5494 as it was: one batch remembered, several in flight. */
const rememberOneBatch = exhibit({
  id: 'D1',
  title: 'KAFKA-5494: a broker remembers only the last batch of an idempotent producer',
  story:
    'Two batches are in flight, both answers are lost, both are sent again. The broker knows the second and stores the first once more.',
  found: lostResponsesIdempotent,
  rules: { producerBatchesKept: () => 1 },
  checkers: ['duplicate', 'nonmonotonic-send', 'reordered-send', 'G1a', 'lost-write'],
  seedsAtMost: 200,
});

const acknowledgeBeforeReplication = exhibit({
  id: 'ack-before-replication',
  title: 'acks=all is answered as soon as the leader has the record',
  story: 'The producer is told that its record is safe while the leader alone holds it; the leader dies.',
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

/** As an election would be if the ISR meant nothing. */
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
  story: 'A replica that lagged behind, and had left the ISR for it, is elected; what it lacked is lost.',
  found: uncleanElectionForbidden,
  rules: { electLeader: electAnyReplica },
  checkers: ['leader-not-in-isr', 'leader-completeness', 'lost-write'],
  seedsAtMost: 50,
});

/** KIP-320 as it was not yet: a fetch says where it is, and not in whose time. */
const fetchOfAnyEpoch = exhibit({
  id: 'A3',
  title: 'KAFKA-6880 / KIP-320: a leader takes fetches of any leader epoch',
  story:
    'A follower that has not heard of an election yet fetches from the new leader, or one that has from a leader of before. What the one says of its log counts for the other’s high watermark, or is cut by it.',
  found: twoBrokers,
  rules: { checkLeaderEpoch: () => 'NONE' },
  checkers: ['unfenced-fetch', 'committed-loss', 'log-matching', 'lost-write'],
  seedsAtMost: 100,
});

/** KIP-497 as it must not be (KAFKA-12686): a member that is on its way in counts when it has arrived. */
const waitsForCommittedIsrOnly = exhibit({
  id: 'A14',
  title: 'KIP-497 / KAFKA-12686: a leader does not wait for members that it has proposed',
  story:
    'A leader proposes a follower for the ISR and goes on without waiting for it. The controller has taken it in meanwhile, and may elect it, though records were committed that it lacks.',
  found: uncleanElectionForbidden,
  rules: { maximalIsr: ({ isr }) => isr },
  checkers: ['isr-beyond-leader', 'committed-loss', 'leader-completeness', 'lost-write'],
  seedsAtMost: 50,
});

/** KAFKA-7128 as it was: the high watermark of a fresh leader lags the true one, and was all that was asked for. */
const joinByHighWatermark = exhibit({
  id: 'A4',
  title: 'KAFKA-7128: a follower joins the ISR at the leader’s high watermark',
  story:
    'A leader that has just been elected knows an old high watermark. A follower that reaches it lacks records that were committed since, joins the ISR all the same, and may lead next.',
  found: laggingFollowers,
  rules: { mayJoinIsr: (input) => kafkaRules.mayJoinIsr({ ...input, leaderEpochStartOffset: 0 }) },
  checkers: ['isr-before-caught-up', 'committed-loss', 'leader-completeness', 'lost-write'],
  seedsAtMost: 100,
});

/** KAFKA-7415 as it was: a leader that has not written yet has no epoch. */
const epochAtFirstAppend = exhibit({
  id: 'A6',
  title: 'KAFKA-7415: a leader notes its epoch with its first record, not when it is elected',
  story:
    'Two leaders follow each other and the second has written nothing. Asked by the first one where its epoch ended, it does not know, and nobody can truncate by its answer.',
  found: uncleanElection,
  rules: { recordsEpochAtElection: () => false },
  checkers: ['epoch-unknown', 'log-matching', 'not-converged'],
  seedsAtMost: 100,
});

/** KIP-903 as it was not yet: a broker is a broker, whatever became of its disk. */
const anyIncarnationInSync = exhibit({
  id: 'A10',
  title: 'KAFKA-14139 / KIP-903: a broker joins the ISR on the word of its former incarnation',
  story:
    'A leader proposes a follower that has caught up. The proposal is held back; the follower loses its disk and registers anew; the controller takes it into the ISR with an empty log.',
  found: lostDisks,
  rules: {
    isrMemberEligible: (member) => member.registered && !member.fenced && !member.inControlledShutdown,
  },
  checkers: ['stale-incarnation-in-isr', 'committed-loss', 'lost-write'],
  seedsAtMost: 200,
});

/** KIP-320 as it was not yet: whoever has a position reads on from it. */
const positionNeverValidated = exhibit({
  id: 'B5',
  title: 'KAFKA-7747 / KIP-320: a consumer does not ask a new leader about its position',
  story:
    'An unclean election replaces what a consumer had read by other records. When the new log is as long as the old one was, the consumer reads on behind them and never learns of what it missed.',
  found: uncleanElection,
  clientRules: { mustValidatePosition: () => false },
  checkers: ['crossed-truncation'],
  seedsAtMost: 200,
});

const cleanBeforeLoaded = exhibit({
  id: 'C4',
  title: 'KAFKA-15375: a broker stopped while it loads its logs calls that a clean shutdown',
  story:
    'Power fails and leaves half a batch. The broker is started, and stopped before it has recovered that log; the marker it leaves keeps the next start from recovering it too.',
  found: oneBroker,
  rules: { writesCleanShutdownMarker: ({ closed }) => closed },
  checkers: ['unopened-log-trusted', 'leader-completeness', 'lost-write', 'committed-loss'],
  seedsAtMost: 60,
});

const appendsAfterError = exhibit({
  id: 'C5',
  title: 'KAFKA-10778: a log goes on after a write has failed',
  story:
    'A write fails and leaves part of its bytes. The next ones stand behind rubbish: what was acknowledged there cannot be read any more after a restart.',
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
  title: 'KAFKA-13574: a send counts as failed by its last error alone',
  story:
    'The first attempt is stored and its answer lost, the last one is refused for want of replicas. The application is told that the record was not sent, and readers read it.',
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
