import { acceptsFollowerBatch } from './accepts-follower-batch.js';
import { assignEpoch } from './assign-epoch.js';
import { checkSequence } from './check-sequence.js';
import { checkpointsLogStartFirst } from './checkpoints-log-start-first.js';
import { continuesShortWrite } from './continues-short-write.js';
import { epochEndOffset } from './epoch-end-offset.js';
import { epochsAtLoad } from './epochs-at-load.js';
import { firstUncleanableOffset } from './first-uncleanable-offset.js';
import { isAppendFenced } from './is-append-fenced.js';
import { isBatchIntact } from './is-batch-intact.js';
import { isCleaningDue } from './is-cleaning-due.js';
import { isDirectorySyncNeeded } from './is-directory-sync-needed.js';
import { isFlushDue } from './is-flush-due.js';
import { isProducerExpired } from './is-producer-expired.js';
import { lastSequenceOf } from './last-sequence-of.js';
import { logStartAtLoad } from './log-start-at-load.js';
import { mayAppendAfterError } from './may-append-after-error.js';
import { mayDeleteUpTo } from './may-delete-up-to.js';
import { needsRecovery } from './needs-recovery.js';
import { producerBatchesKept } from './producer-batches-kept.js';
import { rebuildsProducersOnTruncation } from './rebuilds-producers-on-truncation.js';
import { recordsEpochAtElection } from './records-epoch-at-election.js';
import { recoveryPointAfterTruncation } from './recovery-point-after-truncation.js';
import { retainsEmptyBatch } from './retains-empty-batch.js';
import { retainsRecord } from './retains-record.js';
import { retentionBreach } from './retention-breach.js';
import { rollsSegment } from './rolls-segment.js';
import { syncsEpochCheckpoint } from './syncs-epoch-checkpoint.js';
import { syncsTruncation } from './syncs-truncation.js';
import { trimEpochs } from './trim-epochs.js';
import { truncateEpochs } from './truncate-epochs.js';
import { validatesSequence } from './validates-sequence.js';
import { verifiesChecksum } from './verifies-checksum.js';
import { writesCleanShutdownMarker } from './writes-clean-shutdown-marker.js';

/** The log rules of Apache Kafka 4.x. Each rule has its own file in this folder. */
export const logRules = {
  isCleaningDue,
  retainsEmptyBatch,
  retainsRecord,
  firstUncleanableOffset,
  trimEpochs,
  retentionBreach,
  mayDeleteUpTo,
  logStartAtLoad,
  checkpointsLogStartFirst,
  acceptsFollowerBatch,
  assignEpoch,
  checkSequence,
  continuesShortWrite,
  epochEndOffset,
  epochsAtLoad,
  isAppendFenced,
  isBatchIntact,
  isDirectorySyncNeeded,
  isFlushDue,
  isProducerExpired,
  lastSequenceOf,
  mayAppendAfterError,
  needsRecovery,
  producerBatchesKept,
  rebuildsProducersOnTruncation,
  recordsEpochAtElection,
  recoveryPointAfterTruncation,
  rollsSegment,
  syncsEpochCheckpoint,
  syncsTruncation,
  truncateEpochs,
  validatesSequence,
  verifiesChecksum,
  writesCleanShutdownMarker,
};

type Decisions = typeof logRules;

/** Every decision of the log, by name. Each can be replaced. */
export interface LogRules extends Decisions {}
