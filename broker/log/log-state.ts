import type { Env } from '../env.js';
import type { LogStartReason, Observer } from '../observer.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { LogRules } from '../rules/log/index.js';
import { markGaps } from './compaction/gap-marker.js';
import { type Replacement, SWAP_SUFFIX } from './compaction/swap.js';
import { type DiskProcedure, demand } from './disk-procedure.js';
import { writeEpochCheckpoint } from './epoch-checkpoint.js';
import { LeaderEpochCache } from './leader-epoch-cache.js';
import type { LogStartJob } from './log-job.js';
import type { LoadedLog } from './log-loader.js';
import { findDeletable, type RetentionCheck, renameDeleted, sizeOf } from './log-retention.js';
import { LogSegment } from './log-segment.js';
import {
  createFile,
  flushSegments,
  locateCut,
  rebuildProducers,
  removeSegments,
  truncateSegment,
} from './log-surgery.js';
import type { PartitionLogOptions } from './partition-log-options.js';
import type { ProducerSnapshots } from './producer-snapshots.js';
import { ProducerStateTable } from './producer-state-table.js';
import { TailCache } from './tail-cache.js';

/**
 * About eight seconds of the standard scenario. A reader that lags further is served from the disk, with
 * all its faults.
 */
const TAIL_CACHE_BYTES = 128 * 1024;

/**
 * The content of one log, in memory and on disk, and the disk procedures that change it. Serialisation is
 * the owner's task: the owner runs one procedure, or one append, at a time.
 *
 * Invariants between procedures: logStartOffset ≤ recoveryPoint ≤ logEndOffset. The tail cache ends at
 * logEndOffset. `active` is the last of `segments`.
 */
export class LogState {
  readonly partition: TopicIdPartition;
  readonly directory: string;
  readonly segments: LogSegment[];
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerStateTable;
  readonly tail: TailCache;
  active: LogSegment;
  logStartOffset: number;
  logEndOffset: number;
  recoveryPoint: number;
  /** Number of truncations. A file position found before a truncation is invalid after it. */
  cuts = 0;
  /** Why the epochs in memory differ from their checkpoint; null: they do not. */
  epochsDirty: 'assign' | 'truncate' | null = null;

  /** Cleaned copies take their places: no file of the log may be read by its name. */
  isSwapping = false;
  readonly #afterSwap: (() => void)[] = [];
  /** The log below was cleaned. */
  cleanedEnd: number;
  /** The log has the file that says that it may have gaps. */
  mayHaveGaps: boolean;
  readonly #snapshots: ProducerSnapshots;
  readonly #env: Env;
  readonly #rules: LogRules;
  readonly #observer: Observer | null;
  readonly #lowerRecoveryPoint: PartitionLogOptions['lowerRecoveryPoint'];
  readonly #checkpointLogStart: PartitionLogOptions['checkpointLogStart'];
  readonly #onLogStartMoved: () => void;
  /** A truncation is not synced: a flush must follow, even if nothing was appended since. */
  #cutUnsynced = false;
  /** Epochs were removed from the start of the cache for a log start offset that may not be on disk. */
  #areEpochsTrimmed = false;

  /** `onEpochsDirty` is called when the epochs in memory become newer than their checkpoint. */
  constructor(env: Env, options: PartitionLogOptions, loaded: LoadedLog, onEpochsDirty: () => void) {
    this.partition = options.partition;
    this.directory = options.directory;
    this.segments = loaded.segments;
    this.active = loaded.segments[loaded.segments.length - 1]!;
    this.logStartOffset = loaded.logStartOffset;
    this.logEndOffset = loaded.logEndOffset;
    this.recoveryPoint = loaded.recoveryPoint;
    this.producers = loaded.producers;
    this.#snapshots = loaded.snapshots;
    this.cleanedEnd = Math.min(options.cleanedEnd ?? 0, loaded.logEndOffset);
    this.mayHaveGaps = loaded.mayHaveGaps;
    this.tail = new TailCache(env, options.tailCacheBytes ?? TAIL_CACHE_BYTES);
    this.#rules = options.rules;
    this.#observer = options.observer;
    this.#lowerRecoveryPoint = options.lowerRecoveryPoint;
    this.#checkpointLogStart = options.checkpointLogStart;
    this.#onLogStartMoved = options.onLogStartMoved ?? (() => {});
    this.#env = env;
    this.epochs = new LeaderEpochCache(options.rules, loaded.epochs, (reason) => {
      const wasClean = this.epochsDirty === null;
      this.epochsDirty = reason;
      if (wasClean) onEpochsDirty();
    });
  }

  /**
   * Notes that the batches of `written`, which were staged in the tail cache last, are now in the active
   * segment.
   */
  publish(written: Uint8Array, role: 'leader' | 'follower', indexIntervalBytes: number): void {
    for (let position = 0; position < written.length; ) {
      const sizeBytes = batch.sizeInBytes(written, position);
      const baseOffset = batch.baseOffset(written, position);
      const lastOffset = batch.lastOffset(written, position);
      this.active.note(written, position, indexIntervalBytes);
      this.tail.publish(baseOffset, lastOffset, sizeBytes);
      this.producers.note(written, position);
      this.logEndOffset = lastOffset + 1;
      if (this.active.maxTimestamp < 0) this.active.lastModifiedMillis = this.#env.clock.wallMillis();
      if (this.#observer !== null) {
        const leaderEpoch = batch.partitionLeaderEpoch(written, position);
        const crc = batch.crc(written, position);
        this.#observer.log?.appended(this.partition, { baseOffset, lastOffset, leaderEpoch, crc }, role);
      }
      position += sizeBytes;
    }
  }

  *checkpointEpochs(): DiskProcedure<void> {
    const reason = this.epochsDirty;
    if (reason === null) return;
    this.epochsDirty = null;
    if (this.#areEpochsTrimmed && this.#rules.checkpointsLogStartFirst())
      yield* this.#writeLogStart(this.logStartOffset);
    const sync = this.#rules.syncsEpochCheckpoint({ reason });
    yield* writeEpochCheckpoint(this.directory, this.epochs.entries, sync);
  }

  /** Before the first gap. */
  *markGaps(): DiskProcedure<void> {
    if (this.mayHaveGaps) return;
    yield* markGaps(this.directory);
    this.mayHaveGaps = true;
  }

  /** The snapshot is there before the segment, so that no start finds a segment without one. */
  *roll(): DiskProcedure<void> {
    this.active.seal();
    yield* this.active.writeIndexes();
    yield* this.#snapshots.take(this.logEndOffset, this.producers);
    this.active = this.#newSegment(this.logEndOffset);
    yield* createFile(this.active);
    this.segments.push(this.active);
  }

  /** As in Kafka the snapshot and the segments before the new one are synced after the roll, not in it. */
  *flushRolled(rolledAt: number): DiskProcedure<void> {
    yield* this.#snapshots.sync(rolledAt);
    yield* this.flush(Math.min(rolledAt, this.logEndOffset));
  }

  /** Syncs the segments below `upTo`. Everything below `upTo` is durable afterwards. */
  *flush(upTo: number): DiskProcedure<void> {
    if (upTo <= this.recoveryPoint && !this.#cutUnsynced) return;
    yield* flushSegments(this.segments, this.recoveryPoint, upTo, this.directory, this.#rules);
    this.#cutUnsynced = false;
    if (upTo <= this.recoveryPoint) return;
    this.recoveryPoint = upTo;
    this.#observer?.log?.flushed(this.partition, upTo);
  }

  /** Removes the batches that contain `offset` or a higher offset. */
  *truncate(offset: number, reason: string): DiskProcedure<void> {
    const endBefore = this.logEndOffset;
    if (offset >= endBefore) {
      this.epochs.truncateFromEnd(offset, endBefore);
      yield* this.checkpointEpochs();
      this.#tellTruncationDone(true);
      return;
    }
    if (offset < this.logStartOffset) {
      yield* this.startAfreshAt(offset, reason);
      return;
    }
    const cut = yield* locateCut(this.segments, offset);
    yield* this.#lowerRecoveryPointTo(cut.offset);
    const removed = this.segments.splice(cut.segmentIndex + 1);
    this.active = this.segments[cut.segmentIndex]!;
    this.active.cut(cut.position, cut.offset);
    this.#moveEndTo(cut.offset, reason);
    yield* removeSegments(removed);
    yield* this.#snapshots.removeAbove(cut.offset);
    yield* truncateSegment(this.active);
    const isSynced = this.#rules.syncsTruncation({ reason: 'truncate' });
    if (isSynced) {
      yield* demand({ kind: 'sync', path: this.active.logPath });
      if (removed.length > 0) yield* demand({ kind: 'syncDirectory', path: this.directory });
      this.#cutUnsynced = false;
    }
    this.epochs.truncateFromEnd(cut.offset, endBefore);
    yield* this.checkpointEpochs();
    if (this.#rules.rebuildsProducersOnTruncation({ targetOffset: cut.offset, logEndOffset: endBefore })) {
      yield* rebuildProducers(this.segments, cut.offset, this.producers, this.#snapshots);
    }
    this.#tellTruncationDone(isSynced);
  }

  #newSegment(baseOffset: number): LogSegment {
    const segment = new LogSegment(this.directory, baseOffset);
    segment.lastModifiedMillis = this.#env.clock.wallMillis();
    return segment;
  }

  performLogStart({ offset, reason, highWatermark }: LogStartJob): ErrorName {
    if (!this.#rules.mayDeleteUpTo({ offset, highWatermark: highWatermark() })) return 'OFFSET_OUT_OF_RANGE';
    this.moveLogStart(offset, reason);
    return 'NONE';
  }

  /**
   * The log begins at `offset` from now on. Kafka's order: memory first, the checkpoint later, except before segments
   * are deleted. Unlike in Kafka, the checkpoint is also written before epochs without those below `offset` are.
   */
  moveLogStart(offset: number, reason: LogStartReason): void {
    if (offset <= this.logStartOffset) return;
    this.logStartOffset = offset;
    if (this.recoveryPoint < offset) this.recoveryPoint = offset;
    this.#observer?.log?.logStartMoved(this.partition, offset, reason);
    const { entries } = this.epochs;
    this.epochs.truncateFromStart(offset);
    if (this.epochs.entries !== entries) this.#areEpochsTrimmed = true;
    this.#onLogStartMoved();
  }

  /**
   * Deletes the oldest segments that retention does not keep (UnifiedLog#deleteOldSegments). The result: the files to
   * remove later. If no segment stays, an empty one is rolled first.
   */
  *deleteOldSegments(check: RetentionCheck): DiskProcedure<readonly string[]> {
    const reasons = findDeletable(this, check, this.#rules);
    if (reasons.length === 0) return [];
    if (reasons.length === this.segments.length) yield* this.roll();
    const removed = this.segments.slice(0, reasons.length);
    yield* this.#snapshotProducers(removed);
    this.#reportDeleted(removed, reasons, check);
    const logStartOffset = Math.max(this.logStartOffset, this.segments[removed.length]!.baseOffset);
    this.moveLogStart(logStartOffset, 'segment deletion');
    if (this.#rules.checkpointsLogStartFirst()) yield* this.#writeLogStart(logStartOffset);
    this.segments.splice(0, removed.length);
    this.cuts++;
    const snapshots = this.#snapshots.giveUp(removed.map(({ baseOffset }) => baseOffset));
    const renamed = yield* renameDeleted(removed, snapshots);
    yield* demand({ kind: 'syncDirectory', path: this.directory });
    return renamed;
  }

  /** The segment after `removed` has lost its snapshot: it is written again while the batches before it are there. */
  *#snapshotProducers(removed: readonly LogSegment[]): DiskProcedure<void> {
    const { baseOffset } = this.segments[removed.length]!;
    if (this.#snapshots.has(baseOffset)) return;
    const producers = new ProducerStateTable(this.#rules);
    yield* rebuildProducers(removed, baseOffset, producers, this.#snapshots);
    yield* this.#snapshots.take(baseOffset, producers);
    yield* this.#snapshots.sync(baseOffset);
  }

  /**
   * Puts the cleaned copies in the places of their sources (LocalLog#replaceSegments), one group after the other. From the
   * first `.swap` on a start completes the replacement; before it the copy is thrown away. The result: the files to remove
   * later; null: the log was cut meanwhile, and the copies are of no use.
   */
  *replaceSegments(
    replacements: readonly Replacement[],
    cutsAtStart: number,
  ): DiskProcedure<readonly string[] | null> {
    if (this.cuts !== cutsAtStart) {
      for (const { copy } of replacements) yield* copy.remove();
      return null;
    }
    yield* this.markGaps();
    this.isSwapping = true;
    try {
      return yield* this.#swap(replacements);
    } finally {
      this.isSwapping = false;
      for (const resume of this.#afterSwap.splice(0)) resume();
    }
  }

  /** Runs `read` when the files have their names again. */
  afterSwap(read: () => void): void {
    this.#afterSwap.push(read);
  }

  *#swap(replacements: readonly Replacement[]): DiskProcedure<readonly string[]> {
    const renamed: string[] = [];
    for (const { sources, copy } of replacements) {
      yield* copy.changeSuffix(SWAP_SUFFIX);
      yield* demand({ kind: 'syncDirectory', path: this.directory });
      this.segments.splice(this.segments.indexOf(sources[0]!), sources.length, copy);
      this.cuts++;
      const snapshots = this.#snapshots.giveUp(sources.slice(1).map(({ baseOffset }) => baseOffset));
      renamed.push(...(yield* renameDeleted(sources, snapshots)));
      yield* copy.changeSuffix('');
      yield* demand({ kind: 'syncDirectory', path: this.directory });
    }
    return renamed;
  }

  *#writeLogStart(logStartOffset: number): DiskProcedure<void> {
    const write = this.#checkpointLogStart;
    if (write === undefined) return;
    yield { kind: 'wait', start: (resume) => write(logStartOffset, resume) };
    this.#areEpochsTrimmed = false;
    this.#observer?.log?.logStartCheckpointed(this.partition, logStartOffset);
  }

  #reportDeleted(removed: readonly LogSegment[], reasons: readonly string[], check: RetentionCheck): void {
    let logSizeBytes = sizeOf(this.segments);
    for (const [index, segment] of removed.entries()) {
      const endOffset = this.segments[index + 1]!.baseOffset;
      const { sizeBytes, largestTimestamp } = segment;
      const { highWatermark, nowMillis } = check;
      const facts = { endOffset, sizeBytes, largestTimestamp, logSizeBytes, highWatermark, nowMillis };
      this.#observer?.log?.segmentDeleted(this.partition, facts);
      this.#observer?.mark(`segment deleted: ${reasons[index]}`);
      logSizeBytes -= sizeBytes;
    }
  }

  /** Deletes all records. The next record will have `offset`; the records of its batch below `logStartOffset` count as deleted. */
  *startAfreshAt(offset: number, reason: string, logStartOffset = offset): DiskProcedure<void> {
    yield* this.#lowerRecoveryPointTo(Math.min(offset, this.logStartOffset));
    if (logStartOffset < this.logStartOffset) yield* this.#writeLogStart(logStartOffset);
    const removed = this.segments.splice(0);
    this.active = this.#newSegment(offset);
    this.segments.push(this.active);
    this.#observer?.log?.startedAfresh(this.partition, logStartOffset);
    this.logStartOffset = logStartOffset;
    this.recoveryPoint = offset;
    this.#moveEndTo(offset, reason);
    this.producers.clear();
    yield* this.#snapshots.removeAll();
    if (logStartOffset > offset) this.#onLogStartMoved();
    yield* removeSegments(removed);
    yield* createFile(this.active);
    const isSynced = this.#rules.syncsTruncation({ reason: 'truncate' });
    if (isSynced) yield* demand({ kind: 'syncDirectory', path: this.directory });
    this.epochs.clear();
    yield* this.checkpointEpochs();
    this.#tellTruncationDone(isSynced);
  }

  #tellTruncationDone(isSynced: boolean): void {
    const { logEndOffset, recoveryPoint } = this;
    const producersEndOffset = this.producers.endOffset;
    const { entries: epochs } = this.epochs;
    const state = { isSynced, logEndOffset, epochs, recoveryPoint, producersEndOffset };
    this.#observer?.log?.truncationDone(this.partition, state);
  }

  #moveEndTo(offset: number, reason: string): void {
    this.cuts++;
    this.#cutUnsynced = true;
    this.logEndOffset = offset;
    if (this.cleanedEnd > offset) this.cleanedEnd = offset;
    this.tail.truncate(offset);
    this.#observer?.log?.truncated(this.partition, offset, reason);
  }

  /**
   * Runs before any file is touched. With a checkpoint above the cut, recovery would trust records that are
   * written there later.
   */
  *#lowerRecoveryPointTo(targetOffset: number): DiskProcedure<void> {
    const { recoveryPoint } = this;
    const lowered = this.#rules.recoveryPointAfterTruncation({ recoveryPoint, targetOffset });
    if (lowered === recoveryPoint) return;
    this.recoveryPoint = lowered;
    const tell = this.#lowerRecoveryPoint;
    if (tell !== undefined) yield { kind: 'wait', start: (resume) => tell(lowered, resume) };
  }
}
