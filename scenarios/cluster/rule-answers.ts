/**
 * The answers that each rule may give. The statistics of rules (how often called, which answers) and the refusal of
 * an answer outside its type use this one description. A rule without an entry here does not compile.
 */
import type { ClientRules } from '../../broker/clients/rules/index.js';
import { errorCodes } from '../../broker/protocol/errors.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import {
  type Answers,
  boolean,
  brokerIds,
  comparedWith,
  entries,
  fields,
  isBoolean,
  isNumber,
  isNumberList,
  isObject,
  isOneOf,
  kinds,
  orNull,
  whole,
  word,
} from './answers.js';

type Rule = (...inputs: never[]) => unknown;
type InputOf<F extends Rule> = Parameters<F> extends [infer Input, ...unknown[]] ? Input : undefined;
export type AnswersOf<Rules extends Readonly<Record<keyof Rules, Rule>>> = {
  readonly [K in keyof Rules]: Answers<InputOf<Rules[K]>>;
};

const errorName: Answers<unknown> = { ...word(...Object.keys(errorCodes)), type: 'the name of an error' };
const epochEnd = { leaderEpoch: isNumber(-1), endOffset: isNumber(-1) };
const epochEntry = { leaderEpoch: isNumber(0), startOffset: isNumber(0) };

export const brokerRuleAnswers: AnswersOf<BrokerRules> = {
  acceptFetchResponse: boolean,
  acceptFollowerFetch: boolean,
  acceptMetadataBatch: word('apply', 'skip', 'diverged'),
  acceptsFollowerBatch: boolean,
  acknowledgement: word('acked', 'wait', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'),
  alterPartitionOutcome: word('commit', 'retry', 'revert', 'abandon', 'ignore'),
  applyLeaderAndIsr: word('stale', 'same-epoch', 'new-epoch'),
  assignEpoch: entries(epochEntry, ({ entries: before }) => before.length),
  checkpointsLogStartFirst: boolean,
  caughtUpMillis: comparedWith(0, ({ lastCaughtUpMillis }) => lastCaughtUpMillis),
  checkAlterPartition: errorName,
  checkBrokerEpoch: errorName,
  checkLeaderEpoch: word('NONE', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'),
  checkMetadataFetch: errorName,
  checkRegistration: errorName,
  checkSequence: kinds(
    {
      accept: {},
      duplicate: { batch: isObject },
      reject: {
        errorCode: isOneOf('OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH', 'UNKNOWN_PRODUCER_ID'),
      },
    },
    (read) => read('errorCode'),
  ),
  continuesShortWrite: boolean,
  divergence: orNull(
    fields(epochEnd, (read) => (read('leaderEpoch') === -1 ? 'undefined end' : 'diverges')),
    'one history',
  ),
  electLeader: fields({ leader: isNumber(-1), isr: isNumberList, unclean: isBoolean }, (read, input) => {
    if (read('unclean') === true) return 'unclean';
    const leader = read('leader');
    return leader === -1 ? 'none' : leader === input.leader ? 'stays' : 'another';
  }),
  epochEndOffset: fields(epochEnd, (read, { requestedEpoch }) => {
    const leaderEpoch = read('leaderEpoch');
    return leaderEpoch === -1 ? 'undefined' : leaderEpoch === requestedEpoch ? 'same epoch' : 'earlier epoch';
  }),
  epochsAtLoad: entries(epochEntry, ({ checkpoint }) => checkpoint.length),
  firstUncleanableOffset: comparedWith(0, ({ lastStableOffset }) => lastStableOffset),
  followerLogStart: comparedWith(0, ({ logStartOffset }) => logStartOffset),
  followerHighWatermark: comparedWith(0, ({ currentHighWatermark }) => currentHighWatermark),
  highWatermarkAfterTruncation: comparedWith(0, ({ currentHighWatermark }) => currentHighWatermark),
  highWatermarkAtStart: comparedWith(0, ({ checkpointedHighWatermark }) => checkpointedHighWatermark),
  isAppendFenced: boolean,
  isBatchIntact: boolean,
  isCleaningDue: boolean,
  isDirectorySyncNeeded: boolean,
  isFlushDue: boolean,
  isOutOfSync: boolean,
  isStrayReplica: boolean,
  isProducerExpired: boolean,
  isSessionExpired: boolean,
  isrAfterRemoval: brokerIds(({ isr }) => isr.length),
  isrMemberEligible: boolean,
  lastSequenceOf: whole(0, (answer, { baseSequence }) => (answer < baseSequence ? 'wraps' : 'follows')),
  latestOffset: orNull(
    comparedWith(0, ({ logEndOffset }) => logEndOffset),
    'OFFSET_NOT_AVAILABLE',
  ),
  logStartAtLoad: comparedWith(0, ({ checkpoint }) => checkpoint),
  lowWatermark: comparedWith(-1, ({ logStartOffset }) => logStartOffset),
  maximalIsr: brokerIds(({ isr }) => isr.length),
  mayAppend: word('NONE', 'NOT_ENOUGH_REPLICAS'),
  mayAppendAfterError: boolean,
  mayDeleteUpTo: boolean,
  mayJoinIsr: boolean,
  mayLead: boolean,
  mayShutDown: boolean,
  mayUnfence: boolean,
  metadataHighWatermark: comparedWith(0, ({ highWatermark }) => highWatermark),
  needsLeaderEpochBump: boolean,
  needsRecovery: boolean,
  nextHighWatermark: comparedWith(0, ({ currentHighWatermark }) => currentHighWatermark),
  nextLeaderEpoch: comparedWith(0, ({ leaderEpoch }) => leaderEpoch),
  nextProducerIds: fields(
    { firstProducerId: isNumber(0), size: isNumber(1), nextProducerId: isNumber(0) },
    (read, { nextProducerId }) => (read('firstProducerId') === nextProducerId ? 'next' : 'other'),
  ),
  outOfRangeAction: kinds({
    truncate: { offset: isNumber(0) },
    restart: { offset: isNumber(0) },
    refetch: {},
  }),
  producerBatchesKept: whole(1, String),
  readableEnd: comparedWith(0, ({ logEndOffset }) => logEndOffset),
  rebuildsProducersOnTruncation: boolean,
  recordsEpochAtElection: boolean,
  recoveryPointAfterTruncation: comparedWith(0, ({ recoveryPoint }) => recoveryPoint),
  replicaStateOnElection: fields(
    { logEndOffset: isNumber(-1), lastCaughtUpMillis: isNumber(0), lastFetchLeaderEpoch: isNumber(-1) },
    (read) => (read('logEndOffset') === -1 ? 'forgotten' : 'kept'),
  ),
  retainsEmptyBatch: boolean,
  retainsRecord: boolean,
  retentionBreach: orNull(word('log-start', 'size', 'time'), 'stays'),
  rollsSegment: boolean,
  syncsEpochCheckpoint: boolean,
  syncsTruncation: boolean,
  trimEpochs: entries(epochEntry, ({ entries: before }) => before.length),
  truncateEpochs: entries(epochEntry, ({ entries: before }) => before.length),
  truncationOnBecomingFollower: orNull(
    whole(0, () => 'cuts'),
    'cuts nothing',
  ),
  truncationPoint: comparedWith(0, ({ logEndOffset }) => logEndOffset),
  validatesSequence: boolean,
  verifiesChecksum: boolean,
  writesCleanShutdownMarker: boolean,
};

export const clientRuleAnswers: AnswersOf<ClientRules> = {
  acceptsLeaderEpoch: boolean,
  advanceSequence: whole(0, () => 'a sequence number'),
  isDefiniteFailure: boolean,
  judgePosition: kinds({ valid: {}, truncated: { divergence: isObject }, unknown: {} }),
  mayBumpProducerEpoch: boolean,
  mayHaveLanded: boolean,
  mayPipeline: boolean,
  mayResendBatch: boolean,
  mustValidatePosition: boolean,
  refusalProvesAbsence: boolean,
};
