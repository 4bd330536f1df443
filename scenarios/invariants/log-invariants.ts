/** What a replica keeps of its log, on disk and beside it. */
import type { Invariant, Witness } from './invariant.js';

export const gapInLog: Invariant = {
  name: 'gap-in-log',
  meaning: 'A replica has a batch in its log that does not begin where the one before it ends.',
  source: 'KAFKA-6975',
  sentence: (w) =>
    `${w.host} has offset ${w.offset} next in its log of ${w.partition}, which ends at ${w.logEndOffset} before it`,
};

export const appendAfterError: Invariant = {
  name: 'append-after-error',
  meaning: 'A replica went on appending after its disk had failed an operation on the log.',
  source: 'KAFKA-10778',
  sentence: (w) =>
    `${w.host} appends offset ${w.offset} to its log of ${w.partition}, an operation on which had failed`,
};

export const unsyncedCut: Invariant = {
  name: 'unsynced-cut',
  meaning: 'A replica went on behind a cut of its log that a power loss could undo.',
  source: "`syncsTruncation` of the broker's rules",
  sentence: (w) =>
    `${w.host} goes on with its log of ${w.partition}, cut to ${w.offset}, and the cut is not on disk`,
};

export const syncedLoss: Invariant = {
  name: 'synced-loss',
  meaning: 'A broker lost records at a power loss that it had taken for synced.',
  source: 'recovery-point-offset-checkpoint, KAFKA-3968',
  sentence: (w) =>
    `${w.host} has lost its log of ${w.partition} from offset ${w.offset} on at a power loss; it had synced what lies below ${w.syncedEnd}`,
};

export const unverifiedAppend: Invariant = {
  name: 'unverified-append',
  meaning: 'A broker took in a batch without comparing its checksum with its bytes.',
  source: 'KIP-98, LogValidator, UnifiedLog.analyzeAndValidateRecords',
  sentence: (w) =>
    `${w.host} takes in what comes next, at offset ${w.offset} of ${w.partition}, without comparing its checksum`,
};

export const corruptBatchKept: Invariant = {
  name: 'corrupt-batch-kept',
  meaning: 'A broker kept a batch at its start whose bytes do not fit its checksum.',
  source: 'KIP-98, LogSegment.recover',
  sentence: (w) =>
    `${w.host} keeps the batch at offset ${w.offset} of ${w.partition}, whose bytes do not fit its checksum`,
};

export const stateBeyondLog: Invariant = {
  name: 'state-beyond-log',
  meaning: 'A replica kept to itself something about records that had been cut off its log.',
  source: 'recovery point ≤ log end, KIP-98',
  sentence: (w) =>
    `${w.host} has cut ${w.partition} to ${w.logEndOffset}; it takes what lies below ${w.recoveryPoint} for synced and remembers batches of producers up to ${w.producersEndOffset}`,
};

export const epochsNotOfLog: Invariant = {
  name: 'epochs-not-of-log',
  meaning: 'What a replica kept about its leader epochs is not what is in its log.',
  source: 'KIP-101, LeaderEpochFileCache',
  sentence: (w) =>
    `${w.host} keeps ${epochStart(w.kept)} for ${w.partition}; its log has ${epochStart(w.inLog)}`,
};

export const unopenedLogTrusted: Invariant = {
  name: 'unopened-log-trusted',
  meaning: 'A broker called its shutdown clean though it had not opened all its logs.',
  source: 'KAFKA-15375',
  sentence: (w) => `${w.host} marks its shutdown as clean and has not opened the log of ${w.partition}`,
};

export const unsyncedLogTrusted: Invariant = {
  name: 'unsynced-log-trusted',
  meaning: 'A broker called its shutdown clean though a power loss could still change one of its logs.',
  source: 'KAFKA-15375, LogManager.shutdown',
  sentence: (w) =>
    `${w.host} marks its shutdown as clean, and not all of its log of ${w.partition} is on disk`,
};

/** In the order in which they are listed. */
export const logInvariants: readonly Invariant[] = [
  gapInLog,
  appendAfterError,
  unsyncedCut,
  syncedLoss,
  unverifiedAppend,
  corruptBatchKept,
  stateBeyondLog,
  epochsNotOfLog,
  unopenedLogTrusted,
  unsyncedLogTrusted,
];

function epochStart(start: unknown): string {
  if (start === null) return 'no further epoch';
  const { leaderEpoch, startOffset } = start as Witness;
  return `epoch ${leaderEpoch} from offset ${startOffset}`;
}
