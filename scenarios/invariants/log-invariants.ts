/** Invariants of a replica's log: its content on disk and the state kept beside it. */
import type { Invariant, Witness } from './invariant.js';

export const gapInLog: Invariant = {
  name: 'gap-in-log',
  meaning: 'A replica has a batch in its log that does not begin where the previous batch ends.',
  source: 'KAFKA-6975',
  sentence: (w) =>
    `${w.host} appends offset ${w.offset} to its log of ${w.partition}, which ends at ${w.logEndOffset}`,
};

export const appendAfterError: Invariant = {
  name: 'append-after-error',
  meaning: 'A replica appended to its log after an operation on the log had failed on the disk.',
  source: 'KAFKA-10778',
  sentence: (w) =>
    `${w.host} appends offset ${w.offset} to its log of ${w.partition} after an operation on that log has failed`,
};

export const unsyncedCut: Invariant = {
  name: 'unsynced-cut',
  meaning: 'A replica continued its log after a truncation that a power loss could undo.',
  source: "`syncsTruncation` of the broker's rules",
  sentence: (w) =>
    `${w.host} continues its log of ${w.partition}, truncated to ${w.offset}, although the truncation is not on disk`,
};

export const syncedLoss: Invariant = {
  name: 'synced-loss',
  meaning: 'A broker lost records at a power loss that it counted as synced.',
  source: 'recovery-point-offset-checkpoint, KAFKA-3968',
  sentence: (w) =>
    `${w.host} lost its log of ${w.partition} from offset ${w.offset} at a power loss although everything below ${w.syncedEnd} was synced`,
};

export const unverifiedAppend: Invariant = {
  name: 'unverified-append',
  meaning: 'A broker appended a batch without comparing its checksum with its bytes.',
  source: 'KIP-98, LogValidator, UnifiedLog.analyzeAndValidateRecords',
  sentence: (w) =>
    `${w.host} appends the batch at offset ${w.offset} of ${w.partition} without comparing its checksum`,
};

export const corruptBatchKept: Invariant = {
  name: 'corrupt-batch-kept',
  meaning: 'A broker kept a batch at its start whose bytes do not match its checksum.',
  source: 'KIP-98, LogSegment.recover',
  sentence: (w) =>
    `${w.host} keeps the batch at offset ${w.offset} of ${w.partition}, whose bytes do not match its checksum`,
};

export const stateBeyondLog: Invariant = {
  name: 'state-beyond-log',
  meaning: 'A replica kept state about records that had been truncated from its log.',
  source: 'recovery point ≤ log end, KIP-98',
  sentence: (w) =>
    `${w.host} truncated ${w.partition} to ${w.logEndOffset}; its recovery point is ${w.recoveryPoint} and it remembers batches of producers up to ${w.producersEndOffset}`,
};

export const epochsNotOfLog: Invariant = {
  name: 'epochs-not-of-log',
  meaning: 'The leader epochs that a replica stores differ from those of the batches in its log.',
  source: 'KIP-101, LeaderEpochFileCache',
  sentence: (w) =>
    `${w.host} stores ${epochStart(w.kept)} for ${w.partition}; its log has ${epochStart(w.inLog)}`,
};

export const unopenedLogTrusted: Invariant = {
  name: 'unopened-log-trusted',
  meaning: 'A broker marked its shutdown as clean although it had not opened all its logs.',
  source: 'KAFKA-15375',
  sentence: (w) =>
    `${w.host} marks its shutdown as clean although it has not opened the log of ${w.partition}`,
};

export const unsyncedLogTrusted: Invariant = {
  name: 'unsynced-log-trusted',
  meaning: 'A broker marked its shutdown as clean although a power loss could still change one of its logs.',
  source: 'KAFKA-15375, LogManager.shutdown',
  sentence: (w) =>
    `${w.host} marks its shutdown as clean although its log of ${w.partition} is not all on disk`,
};

/** In the order of the documentation. */
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
