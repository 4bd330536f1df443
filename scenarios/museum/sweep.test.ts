/**
 * Mistakes for which no scenario was written. Each replaces one rule and names the general scenario that is expected
 * to detect it soon. Most mistakes are found by several scenarios; the quickest is named.
 */
import { describe, expect, it } from 'vitest';
import { type ClientRules, clientRules as rightClientRules } from '../../broker/clients/rules/index.js';
import { type BrokerRules, kafkaRules } from '../../broker/rules/index.js';
import { executeRun, forbiddenAnomalies } from '../../harness/runner/execute-run.js';
import { coldReads } from '../cold-reads.js';
import { controllerTrouble } from '../controller-trouble.js';
import { diskTrouble } from '../disk-trouble.js';
import { everythingFlushed, everythingReplicated } from '../everything.js';
import { type KafkaScenario, withRules } from '../experiment/scenario.js';
import { impatientProducers } from '../impatient-producers.js';
import { laggingFollowers } from '../lagging-followers.js';
import { lostDisks } from '../lost-disks.js';
import { lostResponsesIdempotent } from '../lost-responses.js';
import { networkCuts } from '../network-cuts.js';
import { powerLossUnflushed, twoTopicsFlushed, twoTopicsUnflushed } from '../power-loss.js';
import { shortLivedProducers } from '../short-lived-producers.js';
import { oneBroker, twoBrokers } from '../small-clusters.js';
import { threeInSync } from '../three-in-sync.js';
import { topicGrows } from '../topic-grows.js';
import { topicMadeAgain } from '../topic-made-again.js';
import { uncleanElection, uncleanElectionForbidden } from '../unclean-election.js';
import { unsteadyIsr } from '../unsteady-isr.js';
import { zombieLeader } from '../zombie-leader.js';
import { madeAgainWhileDown } from './testing/made-again-while-down.js';

interface Mistake {
  readonly title: string;
  readonly scenario: KafkaScenario;
  readonly rules?: Partial<BrokerRules>;
  readonly clientRules?: Partial<ClientRules>;
  readonly checkers: readonly string[];
}

const SEEDS_AT_MOST = 40;
const LOSS = ['lost-write', 'unseen', 'inconsistent-offsets', 'leader-completeness', 'committed-loss'];

const mistakes: readonly Mistake[] = [
  {
    title: 'a write that took part of its bytes counts as done (KAFKA-17181)',
    scenario: oneBroker,
    rules: { continuesShortWrite: () => false },
    checkers: LOSS,
  },
  {
    title: 'a new segment is synced and its directory entry is not (KAFKA-3968)',
    scenario: oneBroker,
    rules: { isDirectorySyncNeeded: () => false },
    checkers: LOSS,
  },
  {
    title: 'one record more than flush.messages stays unsynced',
    scenario: oneBroker,
    rules: { isFlushDue: (input) => input.unflushedRecords > input.flushMessages },
    checkers: LOSS,
  },
  {
    title: 'no log is recovered after an unclean stop',
    scenario: everythingReplicated,
    rules: { needsRecovery: () => false },
    checkers: [...LOSS, 'log-matching'],
  },
  {
    title: 'the high watermark moves below min.insync.replicas (KIP-966)',
    scenario: threeInSync,
    rules: { nextHighWatermark: (input) => kafkaRules.nextHighWatermark({ ...input, minInsyncReplicas: 1 }) },
    checkers: ['commit-below-min-isr'],
  },
  {
    title: 'a leader accepts records with acks=all whatever the size of its ISR',
    scenario: threeInSync,
    rules: { mayAppend: () => 'NONE' },
    checkers: ['append-below-min-isr'],
  },
  {
    title: 'the high watermark runs one record ahead of the slowest in sync',
    scenario: uncleanElectionForbidden,
    rules: {
      nextHighWatermark: (input) => Math.min(input.logEndOffset, kafkaRules.nextHighWatermark(input) + 1),
    },
    checkers: ['committed-loss'],
  },
  {
    title: 'a follower adopts a high watermark beyond its own log',
    scenario: uncleanElection,
    rules: {
      followerHighWatermark: (input) => Math.max(input.currentHighWatermark, input.leaderHighWatermark),
    },
    checkers: ['hw-above-log-end'],
  },
  {
    title: 'no leader answers a follower with the point of divergence (KIP-595)',
    scenario: everythingFlushed,
    rules: { divergence: () => null },
    checkers: ['committed-loss', 'log-matching'],
  },
  {
    title: 'every epoch is reported to end at the log end offset (KIP-101)',
    scenario: everythingFlushed,
    rules: {
      epochEndOffset: (input) => {
        const end = kafkaRules.epochEndOffset(input);
        return end.endOffset < 0 ? end : { ...end, endOffset: input.logEndOffset };
      },
    },
    checkers: ['committed-loss', 'log-matching'],
  },
  {
    title: 'a leader accepts gaps in the sequence of a producer',
    scenario: impatientProducers,
    rules: {
      checkSequence: (input) => {
        const verdict = kafkaRules.checkSequence(input);
        return verdict.kind === 'reject' ? { kind: 'accept' } : verdict;
      },
    },
    checkers: ['reordered-send', 'duplicate', 'nonmonotonic-send'],
  },
  {
    title: 'producers are forgotten at once (KAFKA-14097)',
    scenario: everythingFlushed,
    rules: { isProducerExpired: () => true },
    checkers: ['duplicate', 'reordered-send'],
  },
  {
    title: 'a follower truncates nothing, whatever its leader answers',
    scenario: controllerTrouble,
    rules: { truncationPoint: ({ logEndOffset }) => logEndOffset },
    checkers: ['committed-loss', 'log-matching', 'not-converged'],
  },
  {
    title: 'a follower joins the ISR although it is ten records behind',
    scenario: lostDisks,
    rules: {
      mayJoinIsr: (input) =>
        kafkaRules.mayJoinIsr({ ...input, followerEndOffset: input.followerEndOffset + 10 }),
    },
    checkers: ['isr-before-caught-up'],
  },
  {
    title: 'the producer state survives a truncation of its batches',
    scenario: lostResponsesIdempotent,
    rules: { rebuildsProducersOnTruncation: () => false },
    checkers: ['state-beyond-log', 'duplicate', 'lost-write'],
  },
  {
    title: 'truncated records still count as synced',
    scenario: twoBrokers,
    rules: { recoveryPointAfterTruncation: ({ recoveryPoint }) => recoveryPoint },
    checkers: ['state-beyond-log', ...LOSS],
  },
  {
    title: 'a fenced broker may lead',
    scenario: laggingFollowers,
    rules: { mayLead: (candidate) => candidate.registered && !candidate.inControlledShutdown },
    checkers: ['fenced-in-isr'],
  },
  {
    title: 'a segment that begins below the recovery point is trusted whole',
    scenario: everythingReplicated,
    rules: {
      needsRecovery: (input) => !input.cleanShutdown && input.segmentBaseOffset > input.recoveryPoint,
    },
    checkers: [...LOSS, 'log-matching', 'not-converged'],
  },
  {
    title: 'a producer without state must begin at 0 (before KIP-360)',
    scenario: impatientProducers,
    rules: {
      checkSequence: (input) =>
        input.state === null && input.baseSequence !== 0
          ? { kind: 'reject', errorCode: 'UNKNOWN_PRODUCER_ID' }
          : kafkaRules.checkSequence(input),
    },
    checkers: ['sequence-refused'],
  },
  {
    title: 'a batch is remembered by its first sequence number',
    scenario: lostResponsesIdempotent,
    rules: { lastSequenceOf: ({ baseSequence }) => baseSequence },
    checkers: ['sequence-refused', 'duplicate', 'reordered-send'],
  },
  {
    title: 'a producer that has to wrap its sequence begins at 0 with whatever is left (KAFKA-7692)',
    scenario: lostResponsesIdempotent,
    clientRules: {
      advanceSequence: (sequence, count) => (sequence > 0x7fff_ffff - count ? 0 : sequence + count),
    },
    checkers: ['sequence-refused'],
  },
  {
    title: 'a producer never begins a new epoch',
    scenario: impatientProducers,
    clientRules: { mayBumpProducerEpoch: () => false },
    checkers: ['not-converged'],
  },
  {
    title: 'a send that timed out counts as not done',
    scenario: impatientProducers,
    clientRules: {
      mayHaveLanded: (error) => error !== 'REQUEST_TIMED_OUT' && rightClientRules.mayHaveLanded(error),
    },
    checkers: ['G1a', 'duplicate'],
  },
  {
    title: 'the first batches of a producer are sent before one is acknowledged',
    scenario: shortLivedProducers,
    clientRules: { mayPipeline: () => true },
    checkers: ['reordered-send', 'sequence-refused', 'duplicate'],
  },
  {
    title: 'a new producer epoch begins while a batch may be in the log under the old one (KAFKA-14034)',
    scenario: impatientProducers,
    clientRules: { mayBumpProducerEpoch: () => true },
    checkers: ['duplicate', 'sequence-refused'],
  },
  {
    title: 'the expiration of producers mixes up seconds and milliseconds',
    scenario: lostResponsesIdempotent,
    rules: {
      isProducerExpired: ({ nowMillis, lastTimestamp, expirationMillis }) =>
        nowMillis - lastTimestamp >= expirationMillis / 1_000,
    },
    checkers: ['duplicate', 'reordered-send'],
  },
  {
    title: 'a log continues after a sync that failed (KAFKA-10778)',
    scenario: diskTrouble,
    rules: { mayAppendAfterError: ({ operation }) => operation === 'sync' },
    checkers: ['append-after-error'],
  },
  {
    title: 'a truncation of the log is not synced',
    scenario: twoBrokers,
    rules: { syncsTruncation: () => false },
    checkers: ['unsynced-cut'],
  },
  {
    title: 'recovery keeps a batch whatever its CRC says',
    scenario: everythingReplicated,
    rules: { isBatchIntact: (input) => kafkaRules.isBatchIntact({ ...input, crcValid: true }) },
    checkers: ['corrupt-batch-kept'],
  },
  {
    title: 'an epoch without a record survives the truncation that should remove it (KAFKA-10706)',
    scenario: shortLivedProducers,
    rules: {
      truncateEpochs: (input) =>
        input.targetOffset >= input.logEndOffset ? input.entries : kafkaRules.truncateEpochs(input),
    },
    checkers: ['epochs-not-of-log'],
  },
  {
    title: 'a leader proposes a broker for its ISR that it knows to be fenced (KIP-841)',
    scenario: networkCuts,
    rules: { mayJoinIsr: (input) => kafkaRules.mayJoinIsr({ ...input, fenced: false }) },
    checkers: ['ineligible-for-isr'],
  },
  {
    title: 'a new leader keeps the log ends of its followers from an earlier leadership (KIP-320)',
    scenario: shortLivedProducers,
    rules: {
      replicaStateOnElection: (input) => {
        const { logEndOffset } = input;
        return { ...kafkaRules.replicaStateOnElection(input), logEndOffset };
      },
    },
    checkers: ['unheard-follower'],
  },
  {
    title: 'the last producer id of a block is the first of the next (KIP-730)',
    scenario: uncleanElectionForbidden,
    rules: {
      nextProducerIds: (request) => {
        const block = kafkaRules.nextProducerIds(request);
        return { ...block, firstProducerId: Math.max(0, block.firstProducerId - 1) };
      },
    },
    checkers: ['producer-ids-twice'],
  },
  {
    title: 'a leader reverts an ISR that was refused because the partition state has changed (KIP-497)',
    scenario: unsteadyIsr,
    rules: {
      alterPartitionOutcome: (input) => {
        const outcome = kafkaRules.alterPartitionOutcome(input);
        return outcome === 'abandon' ? 'revert' : outcome;
      },
    },
    checkers: ['isr-given-up', 'isr-beyond-leader'],
  },
  {
    title: 'a log continues after a truncation that failed',
    scenario: twoBrokers,
    rules: { mayAppendAfterError: ({ operation }) => operation === 'truncate' },
    checkers: ['append-after-error'],
  },
  {
    title: 'a log continues after its epochs could not be written',
    scenario: oneBroker,
    rules: { mayAppendAfterError: ({ operation }) => operation === 'checkpoint' },
    checkers: ['append-after-error'],
  },
  {
    title: 'a log continues after a read that failed',
    scenario: coldReads,
    rules: { mayAppendAfterError: ({ operation }) => operation === 'read' },
    checkers: ['append-after-error'],
  },
  {
    title: 'a follower does not compare the checksum of batches from its leader',
    scenario: uncleanElectionForbidden,
    rules: { verifiesChecksum: ({ occasion }) => occasion !== 'follower-append' },
    checkers: ['unverified-append'],
  },
  {
    title:
      'a new segment counts as synced and has no name on the disk, where replication covers it (KAFKA-3968)',
    scenario: powerLossUnflushed,
    rules: { isDirectorySyncNeeded: () => false },
    checkers: ['synced-loss'],
  },
  {
    title: 'the controller publishes metadata that it has not synced yet (KIP-595)',
    scenario: controllerTrouble,
    rules: { metadataHighWatermark: ({ endOffset }) => endOffset },
    checkers: ['metadata-unsynced'],
  },
  {
    title: 'a broker is unfenced before it has applied its own registration (KIP-631)',
    scenario: controllerTrouble,
    rules: { mayUnfence: () => true },
    checkers: ['unfenced-too-early'],
  },
  {
    title: 'a broker that no longer leads stops before the others know it (KIP-631)',
    scenario: controllerTrouble,
    rules: { mayShutDown: ({ hasLeaderships }) => !hasLeaderships },
    checkers: ['shut-down-too-early'],
  },
  {
    title: 'a follower uses a response of an earlier leader epoch (KIP-320)',
    scenario: zombieLeader,
    rules: {
      acceptFetchResponse: ({ requestedOffset, logEndOffset }) => requestedOffset === logEndOffset,
    },
    checkers: ['stale-fetch-used'],
  },
  {
    title: 'the controller accepts an ISR that was proposed for an older partition state (KIP-497)',
    scenario: everythingFlushed,
    rules: {
      checkAlterPartition: (proposal) => {
        const { leaderEpoch, partitionEpoch } = proposal.current;
        return kafkaRules.checkAlterPartition({ ...proposal, leaderEpoch, partitionEpoch });
      },
    },
    checkers: ['stale-isr-proposal'],
  },
  {
    title: 'an unclean election takes the first live replica even if a member of the ISR is live',
    scenario: uncleanElection,
    rules: {
      electLeader: (election) => {
        const [first] = election.liveReplicas;
        if (
          election.kind !== 'unclean' ||
          first === undefined ||
          election.liveReplicas.includes(election.leader)
        )
          return kafkaRules.electLeader(election);
        return election.isr.includes(first)
          ? { leader: first, isr: election.isr, unclean: false }
          : { leader: first, isr: [first], unclean: true };
      },
    },
    checkers: ['needless-unclean-election'],
  },
  {
    title: 'a log that was never flushed is not recovered',
    scenario: twoTopicsUnflushed,
    rules: { needsRecovery: (input) => input.recoveryPoint > 0 && kafkaRules.needsRecovery(input) },
    checkers: [...LOSS, 'not-converged', 'log-matching', 'corrupt-batch-kept'],
  },
  {
    title: 'the directory is not synced with the first segment of a log (KAFKA-3968)',
    scenario: twoTopicsFlushed,
    rules: {
      isDirectorySyncNeeded: (input) => input.recoveryPoint > 0 && kafkaRules.isDirectorySyncNeeded(input),
    },
    checkers: ['synced-loss'],
  },
  {
    title: 'a leader never removes a lagging follower from its ISR (KIP-16)',
    scenario: uncleanElectionForbidden,
    rules: { isOutOfSync: () => false },
    checkers: ['laggard-in-isr'],
  },
  {
    title: 'a leader removes a follower from its ISR as soon as it lacks the newest record',
    scenario: uncleanElectionForbidden,
    rules: { isOutOfSync: (input) => input.followerEndOffset !== input.leaderEndOffset },
    checkers: ['removed-in-sync'],
  },
  {
    title: 'a leader does not record when a follower was caught up (KIP-16)',
    scenario: uncleanElectionForbidden,
    rules: { caughtUpMillis: () => 0 },
    checkers: ['removed-in-sync'],
  },
  {
    title: 'a follower counts as caught up only until its previous fetch, never until this one (KIP-16)',
    scenario: unsteadyIsr,
    rules: { caughtUpMillis: (input) => Math.max(input.lastCaughtUpMillis, input.previousFetchMillis) },
    checkers: ['removed-in-sync'],
  },
  {
    title: 'a broker marks a shutdown as clean that came while its logs were being opened (KAFKA-15375)',
    scenario: oneBroker,
    rules: { writesCleanShutdownMarker: () => true },
    checkers: ['unopened-log-trusted'],
  },
  {
    title:
      'a broker marks a shutdown as clean although the directory entries of its newest segments are not on disk',
    scenario: oneBroker,
    rules: { isDirectorySyncNeeded: () => false },
    checkers: ['unsynced-log-trusted'],
  },
  {
    title: 'the latest offset of a consumer with read_committed is the end of the log',
    scenario: controllerTrouble,
    rules: {
      latestOffset: (input) =>
        input.isolationLevel === 1 ? input.logEndOffset : kafkaRules.latestOffset(input),
    },
    checkers: ['wrong-latest-offset'],
  },
  {
    title: 'a consumer with read_committed gets everything that the leader has',
    scenario: networkCuts,
    rules: {
      readableEnd: (input) =>
        input.isolationLevel === 1 ? input.logEndOffset : kafkaRules.readableEnd(input),
    },
    checkers: ['read-above-hw'],
  },
  {
    title: 'a consumer that meets a truncation begins again at the beginning (KIP-320)',
    scenario: uncleanElection,
    clientRules: {
      judgePosition: (position, end) => {
        const verdict = rightClientRules.judgePosition(position, end);
        if (verdict.kind !== 'truncated') return verdict;
        return { kind: 'truncated', divergence: { ...verdict.divergence, endOffset: 0 } };
      },
    },
    checkers: ['reread-offsets'],
  },
  {
    title: 'a log found at the start belongs to the topic that has its name now (before KIP-516)',
    scenario: madeAgainWhileDown,
    rules: { isStrayReplica: ({ presentTopicId, isAssigned }) => presentTopicId === null || !isAssigned },
    checkers: ['record-of-deleted-topic', 'sequence-refused', 'log-matching'],
  },
  {
    title: 'a client compares the leader epochs of two topics of one name (KAFKA-12257)',
    scenario: topicMadeAgain,
    clientRules: { acceptsLeaderEpoch: ({ known, offered }) => offered === -1 || offered >= known },
    checkers: ['not-converged'],
  },
  {
    title: 'a leader of a growing topic acknowledges what no follower has',
    scenario: topicGrows,
    rules: { acknowledgement: () => 'acked' },
    checkers: ['ack-before-commit'],
  },
];

describe('a wrong rule', () => {
  it.each(mistakes)('$title', ({ scenario, rules = {}, clientRules, checkers }) => {
    const wrong = withRules(scenario, 'mistaken', rules, clientRules);
    for (let seed = 0; seed < SEEDS_AT_MOST; seed++) {
      const { anomalies } = executeRun(wrong, { seed: `sweep-${seed}` });
      const found = forbiddenAnomalies(anomalies).map((anomaly) => anomaly.name);
      if (!found.some((name) => checkers.includes(name))) continue;
      expect(executeRun(scenario, { seed: `sweep-${seed}` }).verdict).toBe('valid');
      return;
    }
    expect.fail(`none of ${checkers.join(', ')} within ${SEEDS_AT_MOST} seeds`);
  });
});
