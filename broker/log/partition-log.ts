import type { DiskError, Env, Observer, TimerHandle } from '../env.js';
import type { TopicConfig } from '../protocol/config.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type AppendResult, refuse } from './append-result.js';
import { validateFetched, validateProduced } from './append-validation.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';
import { writeEpochCheckpoint } from './epoch-checkpoint.js';
import { LeaderEpochCache } from './leader-epoch-cache.js';
import { type LoadedLog, loadLog } from './log-loader.js';
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
import type { ProducerStateTable } from './producer-state-table.js';
import { SerialQueue } from './serial-queue.js';
import { readStored } from './stored-read.js';
import { TailCache } from './tail-cache.js';

const TAIL_CACHE_BYTES = 1024 * 1024;

type Done = (errorCode: ErrorName) => void;

interface AppendJob {
  readonly kind: 'append';
  readonly records: Uint8Array;
  readonly role: 'leader' | 'follower';
  readonly leaderEpoch: number;
  readonly done: (result: AppendResult) => void;
}

interface ProcedureJob {
  readonly kind: 'procedure';
  readonly operation: 'sync' | 'truncate' | 'checkpoint';
  readonly start: () => DiskProcedure<void>;
  readonly done: Done;
}

const IGNORE: Done = () => {};

/**
 * One replica's log on disk (Kafka's `UnifiedLog`). What changes it is queued and runs one at a time, in the order
 * asked. `done` runs before the call returns when the answer needs neither the disk nor a turn in the queue.
 *
 * Invariants: logStartOffset ≤ recoveryPoint ≤ logEndOffset; batches in the tail cache end at logEndOffset; after a
 * storage error nothing is ever written again and everything asked is answered KAFKA_STORAGE_ERROR.
 */
export class PartitionLog {
  readonly partition: string;
  readonly directory: string;
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerStateTable;
  /** The checkpoint given at open, kept within the log. */
  readonly initialHighWatermark: number;
  config: TopicConfig;

  readonly #env: Env;
  readonly #rules: LogRules;
  readonly #observer: Observer | null;
  readonly #lowerRecoveryPoint: PartitionLogOptions['lowerRecoveryPoint'];
  readonly #tail: TailCache;
  readonly #segments: LogSegment[];
  #active: LogSegment;
  #logStartOffset: number;
  #logEndOffset: number;
  #recoveryPoint: number;
  /** Counts changes that make file positions read before meaningless. */
  #surgeries = 0;
  #fencedBelowEpoch = -1;
  #failed = false;
  #closed = false;
  #epochsDirty: 'assign' | 'truncate' | null = null;
  #flushTimer: TimerHandle | null = null;

  /** After a flush that covers it a truncation is durable as well. */
  #truncationUnsynced = false;

  readonly #queue = new SerialQueue<AppendJob | ProcedureJob>((job) => this.#start(job));

  /** The append whose bytes are on their way to the disk. */
  #writing: AppendJob | null = null;
  #staged: Uint8Array = new Uint8Array(0);
  #stagedWritten = 0;

  private constructor(env: Env, options: PartitionLogOptions, loaded: LoadedLog) {
    this.partition = options.partition;
    this.directory = options.directory;
    this.config = options.config;
    this.#env = env;
    this.#rules = options.rules;
    this.#observer = options.observer;
    this.#lowerRecoveryPoint = options.lowerRecoveryPoint;
    this.#tail = new TailCache(options.tailCacheBytes ?? TAIL_CACHE_BYTES);
    this.#segments = loaded.segments;
    this.#active = loaded.segments[loaded.segments.length - 1]!;
    this.#logStartOffset = loaded.logStartOffset;
    this.#logEndOffset = loaded.logEndOffset;
    this.#recoveryPoint = loaded.recoveryPoint;
    this.producers = loaded.producers;
    this.epochs = new LeaderEpochCache(options.rules, loaded.epochs, (reason) => this.#epochsChanged(reason));
    this.initialHighWatermark = Math.max(
      loaded.logStartOffset,
      Math.min(options.highWatermarkCheckpoint, loaded.logEndOffset),
    );
  }

  /** Opens or creates the log, recovering it where it needs that. */
  static open(
    env: Env,
    options: PartitionLogOptions,
    done: (error: DiskError | null, log: PartitionLog | null) => void,
  ): void {
    const load = loadLog({
      directory: options.directory,
      rules: options.rules,
      indexIntervalBytes: options.config['index.interval.bytes'],
      cleanShutdown: options.cleanShutdown,
      recoveryPoint: options.recoveryPoint ?? 0,
      summaries: options.observer !== null,
    });
    runProcedure(env.disk, load, (failure, loaded) => {
      if (failure !== null || loaded === null) {
        done(failure?.error ?? { code: 'EIO', message: 'The log could not be loaded' }, null);
        return;
      }
      const { observer, partition } = options;
      observer?.logOpened(partition, loaded.logStartOffset, loaded.logEndOffset, loaded.batches);
      if (loaded.cutBytes > 0) observer?.mark('torn log tail cut at recovery');
      done(null, new PartitionLog(env, options, loaded));
    });
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** Exclusive: the offset the next record will have. Moves when a write completed. */
  get logEndOffset(): number {
    return this.#logEndOffset;
  }

  /** Everything below it was synced. */
  get recoveryPoint(): number {
    return this.#recoveryPoint;
  }

  get segmentBaseOffsets(): readonly number[] {
    return this.#segments.map((segment) => segment.baseOffset);
  }

  /** Appends one produced batch: checks it, gives it its offsets and `leaderEpoch`, writes it. `records` stay untouched. */
  appendAsLeader(records: Uint8Array, leaderEpoch: number, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'leader', leaderEpoch, done });
  }

  /** Appends fetched batches as they are. */
  appendAsFollower(records: Uint8Array, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'follower', leaderEpoch: -1, done });
  }

  /** The replica is in `leaderEpoch` now: leader appends of older epochs that still wait in the queue are refused. */
  fenceAppendsBelow(leaderEpoch: number): void {
    if (leaderEpoch > this.#fencedBelowEpoch) this.#fencedBelowEpoch = leaderEpoch;
  }

  /**
   * This replica was elected in `leaderEpoch`: its epoch begins at the log end, behind everything queued before. `done`
   * is given that offset once the checkpoint is written (−1 after a storage error).
   */
  startLeaderEpoch(leaderEpoch: number, done: (startOffset: number) => void): void {
    this.fenceAppendsBelow(leaderEpoch);
    let startOffset = -1;
    this.#enqueueProcedure(
      'checkpoint',
      () => {
        startOffset = this.#logEndOffset;
        if (this.#rules.recordsEpochAtElection({ leaderEpoch, logEndOffset: startOffset })) {
          this.epochs.assign(leaderEpoch, startOffset);
        }
        return this.#checkpointEpochs();
      },
      (errorCode) => done(errorCode === 'NONE' ? startOffset : -1),
    );
  }

  /**
   * Whole batches from the one that holds `fromOffset`, wholly below `endOffset` (exclusive), of at most `maxBytes`
   * together; the first whatever its size with `minOneBatch`. null: none. undefined: ask `read`.
   */
  readCached(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
  ): Uint8Array | null | undefined {
    const end = endOffset < this.#logEndOffset ? endOffset : this.#logEndOffset;
    if (fromOffset < this.#logStartOffset || fromOffset > this.#logEndOffset || this.#failed)
      return undefined;
    if (fromOffset >= end) return null;
    return this.#tail.read(fromOffset, maxBytes, end, minOneBatch);
  }

  /** As `readCached`, from wherever the batches are; their CRC is verified when they come from the disk. */
  read(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
    done: (errorCode: ErrorName, bytes: Uint8Array | null) => void,
  ): void {
    if (this.#failed) {
      done('KAFKA_STORAGE_ERROR', null);
      return;
    }
    if (fromOffset < this.#logStartOffset || fromOffset > this.#logEndOffset)
      return done('OFFSET_OUT_OF_RANGE', null);
    const cached = this.readCached(fromOffset, maxBytes, endOffset, minOneBatch);
    if (cached !== undefined) {
      done('NONE', cached);
      return;
    }
    const surgeries = this.#surgeries;
    const procedure = readStored({
      segments: this.#segments.slice(),
      rules: this.#rules,
      fromOffset,
      maxBytes,
      endOffset: Math.min(endOffset, this.#logEndOffset),
      minOneBatch,
    });
    runProcedure(this.#env.disk, procedure, (failure, result) => {
      if (this.#failed) done('KAFKA_STORAGE_ERROR', null);
      else if (this.#surgeries !== surgeries) this.read(fromOffset, maxBytes, endOffset, minOneBatch, done);
      else if (failure !== null || result === null) {
        if (failure !== null) this.#storageFailed('read', failure.error);
        done('KAFKA_STORAGE_ERROR', null);
      } else done(result.errorCode, result.bytes);
    });
  }

  /** Removes the batches that reach `offset` or beyond. Cuts the epochs also where the log does not reach it. */
  truncateTo(offset: number, reason: string, done: Done): void {
    this.#enqueueProcedure('truncate', () => this.#truncate(offset, reason), done);
  }

  /** Empties the log; its next record will have `offset`. */
  truncateFullyAndStartAt(offset: number, done: Done): void {
    this.#enqueueProcedure('truncate', () => this.#startAfreshAt(offset, 'log starts elsewhere'), done);
  }

  /** Syncs everything appended so far. */
  flush(done: Done): void {
    this.#enqueueProcedure('sync', () => this.#flush(this.#logEndOffset), done);
  }

  /** Flushes and takes no more. */
  close(done: Done): void {
    this.#enqueueProcedure('sync', () => this.#close(), done);
  }

  #enqueueProcedure(
    operation: ProcedureJob['operation'],
    start: () => DiskProcedure<void>,
    done: Done,
  ): void {
    this.#queue.submit({ kind: 'procedure', operation, start, done });
  }

  #start(job: AppendJob | ProcedureJob): void {
    if (this.#failed || this.#closed) {
      this.#answer(job, 'KAFKA_STORAGE_ERROR');
      this.#queue.finish();
      return;
    }
    if (job.kind === 'append') {
      this.#startAppend(job);
      return;
    }
    runProcedure(this.#env.disk, job.start(), (failure) => {
      if (failure !== null) this.#storageFailed(job.operation, failure.error);
      job.done(failure === null ? 'NONE' : 'KAFKA_STORAGE_ERROR');
      this.#queue.finish();
    });
  }

  #answer(job: AppendJob | ProcedureJob, errorCode: 'KAFKA_STORAGE_ERROR'): void {
    if (job.kind === 'append') job.done(refuse(errorCode, 'The log directory failed or is closed'));
    else job.done(errorCode);
  }

  #finishAppend(job: AppendJob, result: AppendResult): void {
    job.done(result);
    this.#queue.finish();
  }

  // ── Appending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #startAppend(job: AppendJob): void {
    if (job.role === 'leader') this.#startLeaderAppend(job);
    else this.#startFollowerAppend(job);
  }

  #startLeaderAppend(job: AppendJob): void {
    const { records, leaderEpoch } = job;
    if (this.#rules.isAppendFenced({ appendEpoch: leaderEpoch, currentEpoch: this.#fencedBelowEpoch })) {
      this.#finishAppend(job, refuse('NOT_LEADER_OR_FOLLOWER', 'A newer leader epoch has begun'));
      return;
    }
    const refusal = validateProduced(records, this.config, this.#rules);
    if (refusal !== null) {
      this.#finishAppend(job, refusal);
      return;
    }
    const repeated = this.#checkSequence(records, 0, 'leader');
    if (repeated !== null) {
      this.#finishAppend(job, repeated);
      return;
    }
    const lastOffset = this.#logEndOffset + batch.lastOffsetDelta(records, 0);
    this.#prepareThenWrite(job, records, leaderEpoch, lastOffset);
  }

  #startFollowerAppend(job: AppendJob): void {
    const { records } = job;
    const found = validateFetched(records, this.#logEndOffset, this.epochs.latestEpoch, this.#rules);
    if (found.refusal !== null) {
      this.#finishAppend(job, found.refusal);
      return;
    }
    const valid = found.validBytes === records.length ? records : records.subarray(0, found.validBytes);
    for (let position = 0; position < valid.length; position += batch.sizeInBytes(valid, position)) {
      const repeated = this.#checkSequence(valid, position, 'follower');
      if (repeated !== null) {
        this.#finishAppend(job, repeated);
        return;
      }
    }
    this.#prepareThenWrite(job, valid, -1, found.lastOffset);
  }

  /** null: append it. */
  #checkSequence(records: Uint8Array, position: number, role: 'leader' | 'follower'): AppendResult | null {
    const verdict = this.producers.check(records, position, role);
    switch (verdict.kind) {
      case 'accept':
        return null;
      case 'duplicate': {
        const { baseOffset, lastOffset } = verdict.batch;
        this.#observer?.mark('duplicate batch recognised');
        return { errorCode: 'NONE', baseOffset, lastOffset, duplicate: true };
      }
      case 'reject':
        return refuse(verdict.errorCode, `Sequence ${batch.baseSequence(records, position)} is not accepted`);
      default:
        return verdict satisfies never;
    }
  }

  /** Notes new epochs and rolls the segment before the bytes are written; both are rare. */
  #prepareThenWrite(job: AppendJob, records: Uint8Array, leaderEpoch: number, lastOffset: number): void {
    this.#noteEpochs(records, leaderEpoch);
    const rolls = this.#rules.rollsSegment({
      segmentBaseOffset: this.#active.baseOffset,
      segmentSizeBytes: this.#active.sizeBytes,
      appendSizeBytes: records.length,
      appendLastOffset: lastOffset,
      segmentBytes: this.config['segment.bytes'],
      indexEntries: this.#active.offsetIndex.length,
      segmentIndexBytes: this.config['segment.index.bytes'],
    });
    if (!rolls && this.#epochsDirty === null) {
      this.#stage(job, records, leaderEpoch);
      return;
    }
    runProcedure(this.#env.disk, this.#prepare(rolls), (failure) => {
      if (failure === null) {
        this.#stage(job, records, leaderEpoch);
        return;
      }
      this.#storageFailed('append', failure.error);
      this.#finishAppend(job, refuse('KAFKA_STORAGE_ERROR', failure.message));
    });
  }

  #noteEpochs(records: Uint8Array, leaderEpoch: number): void {
    if (leaderEpoch >= 0) {
      if (leaderEpoch !== this.epochs.latestEpoch) this.epochs.assign(leaderEpoch, this.#logEndOffset);
      return;
    }
    for (let position = 0; position < records.length; position += batch.sizeInBytes(records, position)) {
      const epoch = batch.partitionLeaderEpoch(records, position);
      if (epoch !== this.epochs.latestEpoch) this.epochs.assign(epoch, batch.baseOffset(records, position));
    }
  }

  *#prepare(rolls: boolean): DiskProcedure<void> {
    yield* this.#checkpointEpochs();
    if (!rolls) return;
    this.#active.seal();
    yield* this.#active.writeIndexes();
    this.#active = new LogSegment(this.directory, this.#logEndOffset);
    yield* createFile(this.#active);
    this.#segments.push(this.#active);
    // As in Kafka the segments before the new one are synced after a roll; here behind the append at hand.
    const rolledAt = this.#logEndOffset;
    this.#enqueueProcedure('sync', () => this.#flush(Math.min(rolledAt, this.#logEndOffset)), IGNORE);
  }

  /** Copies the batches to where they will be read from, since the sender may keep and send them again, and writes. */
  #stage(job: AppendJob, records: Uint8Array, leaderEpoch: number): void {
    const staged = this.#tail.stage(records);
    if (leaderEpoch >= 0) batch.setBaseOffsetAndEpoch(staged, 0, this.#logEndOffset, leaderEpoch);
    this.#writing = job;
    this.#staged = staged;
    this.#stagedWritten = 0;
    this.#env.disk.append(this.#active.logPath, staged, this.#onWritten);
  }

  readonly #onWritten = (error: DiskError | null, writtenBytes: number): void => {
    const job = this.#writing!;
    if (error !== null) {
      this.#storageFailed('append', error);
      this.#finishAppend(job, refuse('KAFKA_STORAGE_ERROR', error.message));
      return;
    }
    this.#stagedWritten += writtenBytes;
    const remainingBytes = this.#staged.length - this.#stagedWritten;
    if (remainingBytes > 0 && this.#rules.continuesShortWrite({ writtenBytes, remainingBytes })) {
      this.#env.disk.append(
        this.#active.logPath,
        this.#staged.subarray(this.#stagedWritten),
        this.#onWritten,
      );
      return;
    }
    this.#publish(job);
  };

  /** The bytes are written: the batches are in the log from here on. */
  #publish(job: AppendJob): void {
    const staged = this.#staged;
    const firstOffset = batch.baseOffset(staged, 0);
    const intervalBytes = this.config['index.interval.bytes'];
    const flushedUpTo = this.#recoveryPoint;
    for (let position = 0; position < staged.length; ) {
      const sizeBytes = batch.sizeInBytes(staged, position);
      const baseOffset = batch.baseOffset(staged, position);
      const lastOffset = batch.lastOffset(staged, position);
      this.#active.note(staged, position, intervalBytes);
      this.#tail.publish(baseOffset, lastOffset, sizeBytes);
      this.producers.note(staged, position);
      this.#logEndOffset = lastOffset + 1;
      if (this.#observer !== null) {
        const leaderEpoch = batch.partitionLeaderEpoch(staged, position);
        const crc = batch.crc(staged, position);
        this.#observer.appended(this.partition, { baseOffset, lastOffset, leaderEpoch, crc }, job.role);
      }
      position += sizeBytes;
    }
    const result: AppendResult = {
      errorCode: 'NONE',
      baseOffset: firstOffset,
      lastOffset: this.#logEndOffset - 1,
      duplicate: false,
    };
    const unflushedRecords = this.#logEndOffset - flushedUpTo;
    if (this.#rules.isFlushDue({ unflushedRecords, flushMessages: this.config['flush.messages'] })) {
      this.#flushThenFinish(job, result);
      return;
    }
    this.#armFlushTimer();
    this.#finishAppend(job, result);
  }

  #flushThenFinish(job: AppendJob, result: AppendResult): void {
    runProcedure(this.#env.disk, this.#flush(this.#logEndOffset), (failure) => {
      if (failure === null) {
        this.#finishAppend(job, result);
        return;
      }
      this.#storageFailed('sync', failure.error);
      this.#finishAppend(job, refuse('KAFKA_STORAGE_ERROR', failure.message));
    });
  }

  #armFlushTimer(): void {
    const flushMillis = this.config['flush.ms'];
    if (flushMillis === Number.MAX_SAFE_INTEGER || this.#flushTimer !== null) return;
    this.#flushTimer = this.#env.timers.schedule(flushMillis * 1000, () => {
      this.#flushTimer = null;
      this.flush(IGNORE);
    });
  }

  // ── Procedures ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #epochsChanged(reason: 'assign' | 'truncate'): void {
    const waiting = this.#epochsDirty !== null;
    this.#epochsDirty = reason;
    if (!waiting) this.#enqueueProcedure('checkpoint', () => this.#checkpointEpochs(), IGNORE);
  }

  *#checkpointEpochs(): DiskProcedure<void> {
    const reason = this.#epochsDirty;
    if (reason === null) return;
    this.#epochsDirty = null;
    yield* writeEpochCheckpoint(
      this.directory,
      this.epochs.entries,
      this.#rules.syncsEpochCheckpoint({ reason }),
    );
  }

  *#flush(upTo: number): DiskProcedure<void> {
    if (upTo <= this.#recoveryPoint && !this.#truncationUnsynced) return;
    yield* flushSegments(this.#segments, this.#recoveryPoint, upTo, this.directory, this.#rules);
    this.#truncationUnsynced = false;
    this.#recoveryPoint = Math.max(this.#recoveryPoint, upTo);
  }

  *#close(): DiskProcedure<void> {
    this.#flushTimer?.cancel();
    yield* this.#checkpointEpochs();
    yield* this.#flush(this.#logEndOffset);
    this.#closed = true;
  }

  *#truncate(offset: number, reason: string): DiskProcedure<void> {
    const endBefore = this.#logEndOffset;
    if (offset >= endBefore) {
      this.epochs.truncateFromEnd(offset, endBefore);
      yield* this.#checkpointEpochs();
      return;
    }
    if (offset < this.#logStartOffset) {
      yield* this.#startAfreshAt(offset, reason);
      return;
    }
    const cut = yield* locateCut(this.#segments, offset);
    yield* this.#lowerRecoveryPointTo(cut.offset);
    const removed = this.#segments.splice(cut.segmentIndex + 1);
    this.#active = this.#segments[cut.segmentIndex]!;
    this.#active.cut(cut.position, cut.offset);
    this.#moveEndTo(cut.offset, reason);
    yield* removeSegments(removed);
    yield* truncateSegment(this.#active);
    this.epochs.truncateFromEnd(cut.offset, endBefore);
    yield* this.#checkpointEpochs();
    if (this.#rules.rebuildsProducersOnTruncation({ targetOffset: cut.offset, logEndOffset: endBefore })) {
      yield* rebuildProducers(this.#segments, this.producers);
    }
  }

  *#startAfreshAt(offset: number, reason: string): DiskProcedure<void> {
    yield* this.#lowerRecoveryPointTo(Math.min(offset, this.#logStartOffset));
    const removed = this.#segments.splice(0);
    this.#active = new LogSegment(this.directory, offset);
    this.#segments.push(this.#active);
    this.#logStartOffset = offset;
    this.#recoveryPoint = offset;
    this.#moveEndTo(offset, reason);
    this.producers.clear();
    yield* removeSegments(removed);
    yield* createFile(this.#active);
    this.epochs.clear();
    yield* this.#checkpointEpochs();
  }

  #moveEndTo(offset: number, reason: string): void {
    this.#surgeries++;
    this.#truncationUnsynced = true;
    this.#logEndOffset = offset;
    this.#tail.truncate(offset);
    this.#observer?.truncated(this.partition, offset, reason);
  }

  /** Before a file is touched: a checkpoint above the cut would keep recovery from what is written there next. */
  *#lowerRecoveryPointTo(targetOffset: number): DiskProcedure<void> {
    const { recoveryPoint } = this;
    const lowered = this.#rules.recoveryPointAfterTruncation({ recoveryPoint, targetOffset });
    if (lowered === recoveryPoint) return;
    this.#recoveryPoint = lowered;
    const tell = this.#lowerRecoveryPoint;
    if (tell !== undefined) yield { kind: 'wait', start: (resume) => tell(lowered, resume) };
  }

  /** The rule decides whether the log goes on behind the error; else the broker ends, its only log directory failed. */
  #storageFailed(operation: 'append' | 'sync' | 'read' | 'truncate' | 'checkpoint', error: DiskError): void {
    this.#env.logger.log('error', `${operation} failed in ${this.directory}: ${error.code} ${error.message}`);
    if (this.#failed || this.#rules.mayAppendAfterError({ operation, code: error.code })) return;
    this.#failed = true;
    this.#flushTimer?.cancel();
    this.#env.halt(`Log directory failed: ${operation} of ${this.partition}: ${error.code} ${error.message}`);
  }
}
