import type { Env } from '../env.js';
import type { BatchSummary } from '../observer.js';
import * as batch from '../protocol/record-batch.js';
import type { EpochEntry } from '../rules/log/epoch-end-offset.js';
import type { RecoveredEpoch } from '../rules/log/epochs-at-load.js';
import type { LogRules } from '../rules/log/index.js';
import { GAP_MARKER } from './compaction/gap-marker.js';
import { completeSwaps } from './compaction/swap.js';
import { type DiskProcedure, demand, demandIfPresent } from './disk-procedure.js';
import { readEpochCheckpoint, writeEpochCheckpoint } from './epoch-checkpoint.js';
import { LogSegment } from './log-segment.js';
import { createFile, rebuildProducers } from './log-surgery.js';
import type { PartitionLogOptions } from './partition-log-options.js';
import { SNAPSHOT_NAME } from './producer-snapshot.js';
import { ProducerReplay, ProducerSnapshots } from './producer-snapshots.js';
import { ProducerStateTable } from './producer-state-table.js';
import { type BatchVisitor, scanBatches } from './segment-scan.js';

interface LoadOptions {
  readonly directory: string;
  readonly rules: LogRules;
  readonly indexIntervalBytes: number;
  readonly cleanShutdown: boolean;
  /** The offset in `recovery-point-offset-checkpoint`; 0: unknown. */
  readonly recoveryPoint: number;
  /** The offset in `log-start-offset-checkpoint`; 0: the file has no entry. */
  readonly logStartCheckpoint: number;
  readonly nowMillis: number;
  /** Whether to collect a summary of every batch, for the observer. */
  readonly summaries: boolean;
}

export function loadOptionsOf(env: Env, options: PartitionLogOptions): LoadOptions {
  return {
    directory: options.directory,
    rules: options.rules,
    indexIntervalBytes: options.config['index.interval.bytes'],
    cleanShutdown: options.cleanShutdown,
    recoveryPoint: options.recoveryPoint ?? 0,
    logStartCheckpoint: options.logStartCheckpoint ?? 0,
    nowMillis: env.clock.wallMillis(),
    summaries: options.observer !== null,
  };
}

export interface LoadedLog {
  /** At least one, in order. */
  readonly segments: LogSegment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly recoveryPoint: number;
  readonly epochs: readonly EpochEntry[];
  readonly producers: ProducerStateTable;
  readonly snapshots: ProducerSnapshots;
  /** Compaction has removed offsets of the log. */
  readonly mayHaveGaps: boolean;
  readonly batches: readonly BatchSummary[];
  /** Bytes that recovery truncated. */
  readonly cutBytes: number;
  /** Everything that recovery verified or truncated is on disk. */
  readonly isSynced: boolean;
  /** The offset of the first batch that recovery kept although its CRC does not match its bytes; −1: none. */
  readonly corruptOffset: number;
}

/** The state collected by the load so far. */
interface Progress {
  producers: ProducerReplay;
  readonly batches: BatchSummary[];
  readonly recovered: RecoveredEpoch[];
  readonly mayHaveGaps: boolean;
  recoveredFrom: number;
  logEndOffset: number;
  /** The end of the last batch, which is lower than the base offset of the present segment where compaction emptied the one before. */
  batchesEnd: number;
  lastEpoch: number;
  cutBytes: number;
  isSynced: boolean;
  corruptOffset: number;
}

/**
 * Opens the files of one log (Kafka's `LogLoader`). Every batch is visited once, to rebuild producer state
 * and indexes. Segments that need recovery are verified: the first batch that is not intact ends the log,
 * and later segments are deleted. The other segments are trusted, even with a torn tail.
 */
export function* loadLog(options: LoadOptions): DiskProcedure<LoadedLog> {
  const { directory, rules } = options;
  const { segments, snapshotOffsets, mayHaveGaps } = yield* listSegments(directory);
  const snapshots = new ProducerSnapshots(directory, rules, snapshotOffsets);
  const logStartOffset = rules.logStartAtLoad({
    checkpoint: options.logStartCheckpoint,
    firstSegmentBaseOffset: segments[0]?.baseOffset ?? 0,
  });
  yield* removeBelow(segments, logStartOffset);
  const progress: Progress = {
    producers: new ProducerReplay(
      new ProducerStateTable(rules),
      yield* snapshots.readNewest(Number.MAX_SAFE_INTEGER),
    ),
    batches: [],
    recovered: [],
    mayHaveGaps,
    recoveredFrom: -1,
    logEndOffset: segments[0]?.baseOffset ?? logStartOffset,
    batchesEnd: segments[0]?.baseOffset ?? logStartOffset,
    lastEpoch: -1,
    cutBytes: 0,
    isSynced: true,
    corruptOffset: -1,
  };
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!;
    const nextSegmentBaseOffset = segments[index + 1]?.baseOffset ?? null;
    const recover = rules.needsRecovery({
      cleanShutdown: options.cleanShutdown,
      segmentBaseOffset: segment.baseOffset,
      nextSegmentBaseOffset,
      recoveryPoint: options.recoveryPoint,
    });
    if (!recover && segment.baseOffset > progress.logEndOffset) progress.logEndOffset = segment.baseOffset;
    const intact = yield* loadSegment(options, segment, recover, progress);
    if (nextSegmentBaseOffset !== null) segment.seal();
    yield* adoptIndexes(segment, recover);
    if (!intact) yield* removeSegmentsAfter(segments, index, progress);
  }
  // A segment rolled just before a power loss may be listed in its directory without being durable. Without
  // this sync the next power loss could remove it.
  if (progress.recoveredFrom >= 0 && rules.syncsTruncation({ reason: 'recover' })) {
    yield* demand({ kind: 'syncDirectory', path: directory });
  }
  if (progress.logEndOffset < logStartOffset || segments.length === 0)
    yield* beginAt(logStartOffset, options, segments, progress);
  const producers = yield* loadProducers(segments, snapshots, progress);
  for (const segment of segments) segment.lastModifiedMillis = options.nowMillis;
  const epochs = yield* loadEpochs(options, logStartOffset, progress);
  return {
    segments,
    logStartOffset,
    logEndOffset: progress.logEndOffset,
    recoveryPoint: options.cleanShutdown
      ? progress.logEndOffset
      : Math.min(Math.max(options.recoveryPoint, logStartOffset), progress.logEndOffset),
    epochs,
    producers,
    snapshots,
    mayHaveGaps,
    batches: progress.batches,
    cutBytes: progress.cutBytes,
    isSynced: progress.isSynced,
    corruptOffset: progress.corruptOffset,
  };
}

interface ListedFiles {
  readonly segments: LogSegment[];
  readonly snapshotOffsets: readonly number[];
  readonly mayHaveGaps: boolean;
}

function* listSegments(directory: string): DiskProcedure<ListedFiles> {
  const listed = yield* demandIfPresent({ kind: 'list', path: directory });
  const names = yield* completeSwaps(directory, listed?.names ?? []);
  const baseOffsets: number[] = [];
  const snapshotOffsets: number[] = [];
  for (const name of names) {
    if (SNAPSHOT_NAME.test(name)) snapshotOffsets.push(Number(name.slice(0, 20)));
    if (/^\d{20}\.log$/.test(name)) baseOffsets.push(Number(name.slice(0, 20)));
  }
  baseOffsets.sort((a, b) => a - b);
  const segments = baseOffsets.map((baseOffset) => new LogSegment(directory, baseOffset));
  return { segments, snapshotOffsets, mayHaveGaps: names.includes(GAP_MARKER) };
}

/** The producers of the log and of its newest snapshot. Recovery may have cut the log below the newest snapshot found. */
function* loadProducers(
  segments: readonly LogSegment[],
  snapshots: ProducerSnapshots,
  { producers: replay, logEndOffset }: Progress,
): DiskProcedure<ProducerStateTable> {
  const { producers } = replay;
  const isComplete = replay.end(logEndOffset);
  yield* snapshots.removeStray(
    segments.map(({ baseOffset }) => baseOffset),
    logEndOffset,
  );
  if (!isComplete) yield* rebuildProducers(segments, logEndOffset, producers, snapshots);
  return producers;
}

/**
 * Deletes the segments that lie wholly below the log start offset: the renames of their files were interrupted, or a
 * power loss undid them.
 */
function* removeBelow(segments: LogSegment[], logStartOffset: number): DiskProcedure<void> {
  while (segments.length > 1 && segments[1]!.baseOffset <= logStartOffset) yield* segments.shift()!.remove();
}

/**
 * The log ends below the log start offset of the checkpoint, or has no segment: it begins anew at that offset, empty
 * (LogLoader#recoverLog). The other records were deleted, or a power loss removed them.
 */
function* beginAt(
  logStartOffset: number,
  { directory, rules }: LoadOptions,
  segments: LogSegment[],
  progress: Progress,
): DiskProcedure<void> {
  const isNew = segments.length === 0 && logStartOffset === 0;
  for (const segment of segments) yield* segment.remove();
  segments.splice(0, segments.length, new LogSegment(directory, logStartOffset));
  if (isNew) return;
  yield* createFile(segments[0]!);
  if (rules.syncsTruncation({ reason: 'recover' })) yield* demand({ kind: 'syncDirectory', path: directory });
  else progress.isSynced = false;
  progress.logEndOffset = logStartOffset;
  progress.producers = new ProducerReplay(new ProducerStateTable(rules), null);
  progress.batches.length = 0;
  progress.recovered.length = 0;
  progress.recoveredFrom = 0;
}

/**
 * Visits the batches of one segment. False: recovery ended the log in this segment although more bytes or
 * segments follow.
 */
function* loadSegment(
  options: LoadOptions,
  segment: LogSegment,
  recover: boolean,
  progress: Progress,
): DiskProcedure<boolean> {
  const fileBytes = (yield* demand({ kind: 'size', path: segment.logPath })).count;
  if (recover && progress.recoveredFrom < 0) progress.recoveredFrom = segment.baseOffset;
  const visitor = new BatchLoader(options, segment, recover, progress);
  visitor.isRefused = recover && !continuesLog(options.rules, segment, progress);
  if (!visitor.isRefused && segment.baseOffset > progress.logEndOffset)
    progress.logEndOffset = segment.baseOffset;
  const end = visitor.isRefused ? 0 : yield* scanBatches(segment.logPath, 0, fileBytes, visitor);
  const isWhole =
    end === fileBytes || !recover || (!visitor.isRefused && keepsTornTail(options.rules, progress));
  if (isWhole) {
    segment.sizeBytes = fileBytes;
  } else {
    progress.cutBytes += fileBytes - end;
    yield* demand({ kind: 'truncate', path: segment.logPath, sizeBytes: end });
  }
  if (recover && options.rules.syncsTruncation({ reason: 'recover' })) {
    yield* demand({ kind: 'sync', path: segment.logPath });
  } else if (recover) {
    progress.isSynced = false;
  }
  return isWhole && !visitor.isRefused;
}

/** A segment whose base offset is not the log end offset is a remnant, or follows a segment that was lost. */
function continuesLog(rules: LogRules, segment: LogSegment, progress: Progress): boolean {
  if (segment.baseOffset === progress.logEndOffset) return true;
  return rules.isBatchIntact({
    complete: true,
    magic: 2,
    crcValid: true,
    baseOffset: segment.baseOffset,
    lastOffset: segment.baseOffset,
    recordsCount: 1,
    leaderEpoch: progress.lastEpoch,
    expectedOffset: progress.logEndOffset,
    mayHaveGaps: progress.mayHaveGaps,
    previousLeaderEpoch: progress.lastEpoch,
  });
}

function isIntact(rules: LogRules, bytes: Uint8Array, position: number, progress: Progress): boolean {
  const crcValid = batch.isCrcValid(bytes, position);
  const isKept = rules.isBatchIntact({
    complete: true,
    magic: batch.magic(bytes, position),
    crcValid,
    baseOffset: batch.baseOffset(bytes, position),
    lastOffset: batch.lastOffset(bytes, position),
    recordsCount: batch.recordsCount(bytes, position),
    leaderEpoch: batch.partitionLeaderEpoch(bytes, position),
    expectedOffset: progress.logEndOffset,
    mayHaveGaps: progress.mayHaveGaps,
    previousLeaderEpoch: progress.lastEpoch,
  });
  if (isKept && !crcValid && progress.corruptOffset < 0)
    progress.corruptOffset = batch.baseOffset(bytes, position);
  return isKept;
}

function keepsTornTail(rules: LogRules, progress: Progress): boolean {
  return rules.isBatchIntact({
    complete: false,
    magic: 2,
    crcValid: false,
    baseOffset: progress.logEndOffset,
    lastOffset: progress.logEndOffset,
    recordsCount: 0,
    leaderEpoch: progress.lastEpoch,
    expectedOffset: progress.logEndOffset,
    mayHaveGaps: progress.mayHaveGaps,
    previousLeaderEpoch: progress.lastEpoch,
  });
}

class BatchLoader implements BatchVisitor {
  /** A batch was not intact, so the log ends before it. */
  isRefused = false;
  readonly #options: LoadOptions;
  readonly #segment: LogSegment;
  readonly #recover: boolean;
  readonly #progress: Progress;

  constructor(options: LoadOptions, segment: LogSegment, recover: boolean, progress: Progress) {
    this.#options = options;
    this.#segment = segment;
    this.#recover = recover;
    this.#progress = progress;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    if (this.#recover && !isIntact(this.#options.rules, bytes, position, this.#progress)) {
      this.isRefused = true;
      return false;
    }
    if (batch.magic(bytes, position) !== 2) return false;
    this.#note(bytes, position);
    return true;
  }

  #note(bytes: Uint8Array, position: number): void {
    const progress = this.#progress;
    const baseOffset = batch.baseOffset(bytes, position);
    const lastOffset = batch.lastOffset(bytes, position);
    const leaderEpoch = batch.partitionLeaderEpoch(bytes, position);
    this.#segment.note(bytes, position, this.#options.indexIntervalBytes);
    progress.producers.note(bytes, position, baseOffset);
    if (this.#recover && leaderEpoch >= 0 && leaderEpoch > (progress.recovered.at(-1)?.leaderEpoch ?? -1)) {
      progress.recovered.push({ leaderEpoch, startOffset: baseOffset, notBefore: progress.batchesEnd });
    }
    progress.lastEpoch = leaderEpoch;
    progress.logEndOffset = lastOffset + 1;
    progress.batchesEnd = lastOffset + 1;
    if (this.#options.summaries)
      progress.batches.push({ baseOffset, lastOffset, leaderEpoch, crc: batch.crc(bytes, position) });
  }
}

/**
 * Index files with the content that the batches imply stay. Others, and those of a recovered segment, are
 * written again.
 */
function* adoptIndexes(segment: LogSegment, recovered: boolean): DiskProcedure<void> {
  for (const { path, index, entryBytes } of segment.indexes()) {
    const size = yield* demandIfPresent({ kind: 'size', path });
    const expected = index.length * entryBytes;
    if (!recovered && (size?.count ?? 0) === expected) {
      index.persistedEntries = index.length;
    } else if (size !== null) {
      yield* demandIfPresent({ kind: 'remove', path });
    }
  }
  yield* segment.writeIndexes();
}

function* removeSegmentsAfter(
  segments: LogSegment[],
  index: number,
  progress: Progress,
): DiskProcedure<void> {
  const kept = segments[index]!.sizeBytes === 0 && index > 0 ? index : index + 1;
  for (let last = segments.length - 1; last >= kept; last--) {
    const segment = segments[last]!;
    const size = yield* demandIfPresent({ kind: 'size', path: segment.logPath });
    progress.cutBytes += size?.count ?? 0;
    yield* segment.remove();
  }
  segments.length = kept;
}

function* loadEpochs(
  options: LoadOptions,
  logStartOffset: number,
  progress: Progress,
): DiskProcedure<readonly EpochEntry[]> {
  const checkpoint = yield* readEpochCheckpoint(options.directory);
  const entries = options.rules.epochsAtLoad({
    checkpoint,
    recovered: progress.recovered,
    recoveredFrom: progress.recoveredFrom < 0 ? progress.logEndOffset : progress.recoveredFrom,
    logEndOffset: progress.logEndOffset,
  });
  const epochs = logStartOffset === 0 ? entries : options.rules.trimEpochs({ entries, logStartOffset });
  const same =
    epochs.length === checkpoint.length &&
    epochs.every(
      (entry, at) =>
        entry.leaderEpoch === checkpoint[at]!.leaderEpoch &&
        entry.startOffset === checkpoint[at]!.startOffset,
    );
  if (!same) {
    yield* writeEpochCheckpoint(
      options.directory,
      epochs,
      options.rules.syncsEpochCheckpoint({ reason: 'truncate' }),
    );
  }
  return epochs;
}
