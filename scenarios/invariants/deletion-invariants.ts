/** Invariants of deletion: which records retention and DeleteRecords may delete, and where a log begins afterwards. */
import type { Invariant } from './invariant.js';
import { committed } from './phrases.js';

export const unpermittedDeletion: Invariant = {
  name: 'unpermitted-deletion',
  meaning: 'A replica deleted records that neither retention nor DeleteRecords permits it to delete.',
  source: 'UnifiedLog.deleteOldSegments, KIP-107',
  sentence: (w) =>
    `${w.host} deletes the records of ${w.partition} below offset ${w.offset} although ${w.why}`,
};

export const deletedAboveHw: Invariant = {
  name: 'deleted-above-hw',
  meaning: 'A replica deleted a record that was not yet committed.',
  source: 'UnifiedLog.maybeIncrementLogStartOffset, KIP-107',
  sentence: (w) =>
    `${w.host} deletes the records of ${w.partition} below offset ${w.offset}; ${committed(w.committedEnd)}`,
};

export const logStartRegress: Invariant = {
  name: 'log-start-regress',
  meaning:
    'A replica’s log began at a lower offset than before, or after a start at a lower one than was on its disk.',
  source: 'log-start-offset-checkpoint, LogLoader.load',
  sentence: (w) =>
    `the log of ${w.partition} on ${w.host} begins at offset ${w.offset}; it began at ${w.before}`,
};

export const deletionOfLeaderAlone: Invariant = {
  name: 'deletion-of-leader-alone',
  meaning: 'DeleteRecords was acknowledged although the records are still in the log of a member of the ISR.',
  source: 'KIP-107, Partition.lowWatermarkIfLeader',
  sentence: (w) =>
    `${w.leader} acknowledges that the records of ${w.partition} below offset ${w.offset} are deleted; the log of ${w.host}, a member of the ISR, begins at ${w.start}`,
};

/** In the order of the documentation. */
export const deletionInvariants: readonly Invariant[] = [
  unpermittedDeletion,
  deletedAboveHw,
  logStartRegress,
  deletionOfLeaderAlone,
];
