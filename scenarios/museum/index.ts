/**
 * The museum's first room: mistakes that a harness for Kafka must find, each put through the broker's own rules into a
 * general scenario. Identifiers of historic bugs are those of the corpus (A1: KAFKA-1211, D1: KAFKA-5494).
 */
import type { Election, electLeader } from '../../broker/rules/controller/elect-leader.js';
import type { Exhibit } from '../../harness/runner/exhibit.js';
import { leaderCrash } from '../leader-crash.js';
import { lostResponsesIdempotent } from '../lost-responses.js';
import { uncleanElectionForbidden } from '../unclean-election.js';
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

export const exhibits: readonly Exhibit[] = [
  truncateToHighWatermark,
  rememberOneBatch,
  acknowledgeBeforeReplication,
  readAboveHighWatermark,
  anyReplicaMayLead,
];
