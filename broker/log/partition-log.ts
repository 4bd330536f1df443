import { NEVER_MILLIS, type TopicConfig } from '../config/definitions.js';
import type { DiskError, Env, TimerHandle } from '../env.js';
import type { LogStartReason } from '../observer.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { LogRules } from '../rules/log/index.js';
import { AppendAdmission } from './append-admission.js';
import { Appended, type AppendResult, refuse } from './append-result.js';
import { LogCompaction } from './compaction/log-compaction.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';
import type { LeaderEpochCache } from './leader-epoch-cache.js';
import type { AppendJob, Done, Job, ProcedureJob } from './log-job.js';
import { type LoadedLog, loadLog, loadOptionsOf } from './log-loader.js';
import { mayHaveDeletable, removeLater, sizeOf } from './log-retention.js';
import { LogState } from './log-state.js';
import type { PartitionLogOptions } from './partition-log-options.js';
import type { ProducerStateTable } from './producer-state-table.js';
import { reportLoaded } from './report-loaded.js';
import { SerialQueue } from './serial-queue.js';
import { readStored } from './stored-read.js';
import { findTimestamp, type TimestampedOffset } from './timestamp-lookup.js';

const IGNORE: Done = () => {};
const NO_BYTES = new Uint8Array(0);

/**
 * One replica's log on disk (Kafka's `UnifiedLog`). Changes are queued and run one at a time, in the order of the calls. `done` is
 * called before the call returns if the answer needs neither the disk nor a turn in the queue. After a storage error nothing is
 * written again, and every request is answered with KAFKA_STORAGE_ERROR. Reads return views of the cache, which must not be written
 * to.
 */
export class PartitionLog {
  readonly partition: TopicIdPartition;
  readonly directory: string;
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerStateTable;
  readonly compaction: LogCompaction;
  /** The checkpointed high watermark given at open, limited to the log. */
  readonly initialHighWatermark: number;
  config: TopicConfig;

  readonly #env: Env;
  readonly #rules: LogRules;
  readonly #observer: PartitionLogOptions['observer'];
  readonly #state: LogState;
  readonly #admission: AppendAdmission;
  readonly #queue = new SerialQueue<Job>((job) => this.#start(job));
  #fencedBelowEpoch = -1;
  #failed = false;
  #closed = false;
  #flushTimer: TimerHandle | null = null;

  /** The append whose bytes are being written to disk. */
  #writing: AppendJob | null = null;
  #staged: Uint8Array = NO_BYTES;
  #logAppendTimeMs = -1;
  #stagedWritten = 0;

  private constructor(env: Env, options: PartitionLogOptions, loaded: LoadedLog) {
    this.partition = options.partition;
    this.directory = options.directory;
    this.config = options.config;
    this.#env = env;
    this.#rules = options.rules;
    this.#observer = options.observer;
    this.#state = new LogState(env, options, loaded, () =>
      this.#enqueue('checkpoint', () => this.#state.checkpointEpochs(), IGNORE),
    );
    this.#admission = new AppendAdmission(env, options.rules, options.observer, this.#state);
    this.compaction = new LogCompaction({
      env,
      rules: options.rules,
      observer: options.observer,
      state: this.#state,
      config: () => this.config,
      inTurn: (start, done) => this.#enqueue('delete', start, done),
      failed: (error) => this.#storageFailed('delete', error),
    });
    this.epochs = this.#state.epochs;
    this.producers = this.#state.producers;
    const { highWatermarkCheckpoint } = options;
    this.initialHighWatermark = Math.max(
      loaded.logStartOffset,
      Math.min(highWatermarkCheckpoint, loaded.logEndOffset),
    );
  }

  /** Opens or creates the log and recovers it if necessary. */
  static open(
    env: Env,
    options: PartitionLogOptions,
    done: (error: DiskError | null, log: PartitionLog | null) => void,
  ): void {
    runProcedure(env.disk, loadLog(loadOptionsOf(env, options)), (failure, loaded) => {
      if (failure !== null || loaded === null) {
        done(failure?.error ?? { code: 'EIO', message: 'The log could not be loaded' }, null);
        return;
      }
      reportLoaded(env, options, loaded);
      const log = new PartitionLog(env, options, loaded);
      const ready = (): void => log.#flushRecovered(() => done(null, log));
      const isCheckpointAhead = (options.recoveryPoint ?? 0) > loaded.recoveryPoint;
      if (isCheckpointAhead && options.lowerRecoveryPoint !== undefined) {
        options.lowerRecoveryPoint(loaded.recoveryPoint, ready);
      } else {
        ready();
      }
    });
  }

  /** Adopts the settings of the topic. For records that a start left unsynced, `flush.ms` counts from now on. */
  configure(config: TopicConfig): void {
    this.config = config;
    if (this.logEndOffset > this.recoveryPoint) this.#armFlushTimer();
  }

  get logStartOffset(): number {
    return this.#state.logStartOffset;
  }

  /** Exclusive: the offset of the next record. It advances when a write has completed. */
  get logEndOffset(): number {
    return this.#state.logEndOffset;
  }

  /** Everything below this offset was synced. */
  get recoveryPoint(): number {
    return this.#state.recoveryPoint;
  }

  /** The bytes of all batches. */
  get sizeBytes(): number {
    return sizeOf(this.#state.segments);
  }

  get segmentBaseOffsets(): readonly number[] {
    return this.#state.segments.map((segment) => segment.baseOffset);
  }

  /** Appends one produced batch: validates it, assigns offsets and `leaderEpoch`, and writes it. `records` are not changed. */
  appendAsLeader(records: Uint8Array, leaderEpoch: number, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'leader', leaderEpoch, done });
  }

  /** Appends fetched batches with their own offsets and epochs. */
  appendAsFollower(records: Uint8Array, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'follower', leaderEpoch: -1, done });
  }

  /** The replica is in `leaderEpoch` now. Leader appends of older epochs that still wait in the queue are refused. */
  fenceAppendsBelow(leaderEpoch: number): void {
    if (leaderEpoch > this.#fencedBelowEpoch) this.#fencedBelowEpoch = leaderEpoch;
  }

  /**
   * This replica was elected in `leaderEpoch`, which begins at the log end offset. No append and no truncation may be under way; a
   * flush may. The epoch is known when the call returns, because the next fetch may ask for it (Kafka assigns it under
   * leaderIsrUpdateLock). `done` is called when the epoch is on disk.
   */
  startLeaderEpoch(leaderEpoch: number, done: Done): void {
    this.fenceAppendsBelow(leaderEpoch);
    const { logEndOffset } = this.#state;
    if (this.#rules.recordsEpochAtElection({ leaderEpoch, logEndOffset }))
      this.epochs.assign(leaderEpoch, logEndOffset);
    this.#enqueue('checkpoint', () => this.#state.checkpointEpochs(), done);
  }

  /**
   * Whole batches from the one that contains `fromOffset`, wholly below `endOffset` (exclusive), of at most `maxBytes` together; with
   * `minOneBatch` the first whatever its size. null: none. undefined: not in the cache; call `read`.
   */
  readCached(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
  ): Uint8Array | null | undefined {
    const { logStartOffset, logEndOffset } = this.#state;
    if (this.#failed || fromOffset < logStartOffset || fromOffset > logEndOffset) return undefined;
    const end = Math.min(endOffset, logEndOffset);
    return fromOffset >= end ? null : this.#state.tail.read(fromOffset, maxBytes, end, minOneBatch);
  }

  /** Like `readCached`, from memory or disk. Batches from the disk have their CRC verified. */
  read(
    fromOffset: number,
    maxBytes: number,
    endOffset: number,
    minOneBatch: boolean,
    done: (errorCode: ErrorName, bytes: Uint8Array | null) => void,
  ): void {
    const { logStartOffset, logEndOffset, segments, cuts } = this.#state;
    const cached = this.readCached(fromOffset, maxBytes, endOffset, minOneBatch);
    if (this.#failed) {
      done('KAFKA_STORAGE_ERROR', null);
    } else if (fromOffset < logStartOffset || fromOffset > logEndOffset) {
      done('OFFSET_OUT_OF_RANGE', null);
    } else if (cached !== undefined) {
      done('NONE', cached);
    } else if (this.#state.isSwapping) {
      this.#state.afterSwap(() => this.read(fromOffset, maxBytes, endOffset, minOneBatch, done));
    } else {
      const end = Math.min(endOffset, logEndOffset);
      const range = { fromOffset, maxBytes, endOffset: end, minOneBatch };
      const procedure = readStored({ ...range, segments: segments.slice(), rules: this.#rules });
      runProcedure(this.#env.disk, procedure, (failure, result) => {
        if (cuts !== this.#state.cuts) this.read(fromOffset, maxBytes, endOffset, minOneBatch, done);
        else if (failure !== null) this.#storageFailed('read', failure.error);
        if (cuts === this.#state.cuts)
          done(result?.errorCode ?? 'KAFKA_STORAGE_ERROR', result?.bytes ?? null);
      });
    }
  }

  /** The first record below `endOffset` at or after `timestamp` (ms), for ListOffsets; null: none. */
  offsetForTimestamp(
    timestamp: number,
    endOffset: number,
    done: (errorCode: ErrorName, found: TimestampedOffset | null) => void,
  ): void {
    const { logStartOffset: startOffset, segments, cuts, isSwapping } = this.#state;
    if (isSwapping) {
      this.#state.afterSwap(() => this.offsetForTimestamp(timestamp, endOffset, done));
      return;
    }
    const procedure = findTimestamp(segments.slice(), timestamp, { startOffset, endOffset });
    runProcedure(this.#env.disk, procedure, (failure, found) => {
      if (cuts !== this.#state.cuts && !this.#failed) {
        this.offsetForTimestamp(timestamp, endOffset, done);
        return;
      }
      if (failure !== null) this.#storageFailed('read', failure.error);
      done(failure === null ? 'NONE' : 'KAFKA_STORAGE_ERROR', found);
    });
  }

  /** Removes the batches that contain `offset` or a higher offset. Truncates the epochs even if the log ends below `offset`. */
  truncateTo(offset: number, reason: string, done: Done): void {
    this.#enqueue('truncate', () => this.#state.truncate(offset, reason), done);
  }

  /**
   * Deletes all records. The next record will have `offset`. The log start offset may lie behind it, within the batch
   * that is fetched next.
   */
  truncateFullyAndStartAt(offset: number, done: Done, logStartOffset = offset): void {
    const start = () => this.#state.startAfreshAt(offset, 'log starts elsewhere', logStartOffset);
    this.#enqueue('truncate', start, done);
  }

  /** The records below `offset` count as deleted from now on, if all of them are committed. Segments are deleted later. */
  moveLogStart(offset: number, reason: LogStartReason, highWatermark: () => number, done: Done): void {
    this.#queue.submit({ kind: 'log-start', offset, reason, highWatermark, done });
  }

  /** Deletes the oldest segments that retention does not keep. `highWatermark` is asked when the turn comes. */
  deleteOldSegments(highWatermark: () => number, done: Done): void {
    this.#enqueue('delete', () => this.#deleteOldSegments(highWatermark()), done);
  }

  *#deleteOldSegments(highWatermark: number): DiskProcedure<void> {
    const { config } = this;
    const nowMillis = this.#env.clock.wallMillis();
    const files = yield* this.#state.deleteOldSegments({ config, highWatermark, nowMillis });
    const failed = (error: DiskError): void => this.#storageFailed('delete', error);
    if (files.length > 0) removeLater(this.#env, files, config['file.delete.delay.ms'], failed);
  }

  mayHaveDeletable(nowMillis: number, marginMillis: number): boolean {
    return !this.#failed && mayHaveDeletable(this.#state, this.config, nowMillis, marginMillis);
  }

  /** Syncs everything appended so far. */
  flush(done: Done): void {
    this.#enqueue('sync', () => this.#state.flush(this.#state.logEndOffset), done);
  }

  /** Flushes and accepts nothing more. */
  close(done: Done): void {
    this.#enqueue('sync', () => this.#close(true), done);
  }

  /** For a removed replica: accepts nothing more, flushes nothing, and ends what is under way except reads, which may fail. */
  retire(done: Done): void {
    this.fenceAppendsBelow(Number.MAX_SAFE_INTEGER);
    this.#enqueue('checkpoint', () => this.#close(false), done);
  }

  /** Flushes the records that a crash left only in the page cache, if the settings would have flushed them at the append. */
  #flushRecovered(done: () => void): void {
    if (this.hasFlushDue) {
      this.flush(done);
    } else {
      if (this.logEndOffset > this.recoveryPoint) this.#armFlushTimer();
      done();
    }
  }

  /** The present settings require a flush of the log's records. */
  get hasFlushDue(): boolean {
    const unflushedRecords = this.logEndOffset - this.recoveryPoint;
    return unflushedRecords > 0 && !this.#failed && this.#isFlushDue(unflushedRecords);
  }

  #isFlushDue(unflushedRecords: number): boolean {
    return this.#rules.isFlushDue({ unflushedRecords, flushMessages: this.config['flush.messages'] });
  }

  *#close(flushes: boolean): DiskProcedure<void> {
    this.#flushTimer?.cancel();
    if (flushes) {
      yield* this.#state.checkpointEpochs();
      yield* this.#state.flush(this.#state.logEndOffset);
    }
    this.#closed = true;
  }

  #enqueue(operation: ProcedureJob['operation'], start: () => DiskProcedure<void>, done: Done): void {
    this.#queue.submit({ kind: 'procedure', operation, start, done });
  }

  #start(job: Job): void {
    if (this.#failed || this.#closed) {
      if (job.kind === 'append') job.done(refuse('KAFKA_STORAGE_ERROR', 'The log failed or is closed'));
      else job.done('KAFKA_STORAGE_ERROR');
      this.#queue.finish();
    } else if (job.kind === 'procedure') {
      runProcedure(this.#env.disk, job.start(), (failure) => {
        if (failure !== null) this.#storageFailed(job.operation, failure.error);
        job.done(failure === null ? 'NONE' : 'KAFKA_STORAGE_ERROR');
        this.#queue.finish();
      });
    } else if (job.kind === 'log-start') {
      job.done(this.#state.performLogStart(job));
      this.#queue.finish();
    } else if (job.role === 'leader') {
      this.#startLeaderAppend(job);
    } else {
      this.#startFollowerAppend(job);
    }
  }

  #finishAppend(job: AppendJob, result: AppendResult): void {
    job.done(result);
    this.#queue.finish();
  }

  #startLeaderAppend(job: AppendJob): void {
    const { leaderEpoch } = job;
    const admission = this.#admission;
    const fenced = { appendEpoch: leaderEpoch, currentEpoch: this.#fencedBelowEpoch };
    const refusal = this.#rules.isAppendFenced(fenced)
      ? refuse('NOT_LEADER_OR_FOLLOWER', 'A newer leader epoch has begun')
      : admission.admitProduced(job.records, this.config, leaderEpoch);
    if (refusal !== null) {
      this.#finishAppend(job, refusal);
      return;
    }
    this.#logAppendTimeMs = admission.logAppendTimeMs;
    const { epochs, logEndOffset } = this.#state;
    if (leaderEpoch !== epochs.latestEpoch) epochs.assign(leaderEpoch, logEndOffset);
    this.#prepareThenWrite(job, admission.records, admission.lastOffset);
  }

  #startFollowerAppend(job: AppendJob): void {
    const admission = this.#admission;
    const { epochs } = this;
    const refusal = admission.admitFetched(job.records, this.config['cleanup.policy'].includes('compact'));
    if (refusal !== null) {
      this.#finishAppend(job, refusal);
      return;
    }
    const { records } = admission;
    for (let at = 0; at < records.length; at += batch.sizeInBytes(records, at)) {
      const epoch = batch.partitionLeaderEpoch(records, at);
      if (epoch !== epochs.latestEpoch) epochs.assign(epoch, batch.baseOffset(records, at));
    }
    this.#prepareThenWrite(job, records, admission.lastOffset);
  }

  /** Rolls the segment and checkpoints new epochs before the bytes are written. Both are rare. */
  #prepareThenWrite(job: AppendJob, records: Uint8Array, appendLastOffset: number): void {
    const { active, epochsDirty } = this.#state;
    const rolls = this.#rules.rollsSegment({
      segmentBaseOffset: active.baseOffset,
      segmentSizeBytes: active.sizeBytes,
      appendSizeBytes: records.length,
      appendLastOffset,
      segmentBytes: this.config['segment.bytes'],
      indexEntries: active.offsetIndex.length,
      segmentIndexBytes: this.config['segment.index.bytes'],
    });
    const marksGaps = job.role === 'follower' && this.#admission.hasGap && !this.#state.mayHaveGaps;
    if (!rolls && epochsDirty === null && !marksGaps) {
      this.#write(job, records);
      return;
    }
    runProcedure(this.#env.disk, this.#prepare(rolls, marksGaps), (failure) => {
      if (failure === null) this.#write(job, records);
      else this.#appendFailed(job, 'append', failure.error);
    });
  }

  *#prepare(rolls: boolean, marksGaps: boolean): DiskProcedure<void> {
    yield* this.#state.checkpointEpochs();
    if (marksGaps) yield* this.#state.markGaps();
    if (!rolls) return;
    const rolledAt = this.#state.logEndOffset;
    yield* this.#state.roll();
    // After the present append.
    this.#enqueue('sync', () => this.#state.flushRolled(rolledAt), IGNORE);
  }

  /** Copies the batches to the place from which they will be read, because the sender may keep and send them again. Then writes. */
  #write(job: AppendJob, records: Uint8Array): void {
    const { tail, active, logEndOffset } = this.#state;
    const staged = tail.stage(records);
    if (job.role === 'leader') batch.setBaseOffsetAndEpoch(staged, 0, logEndOffset, job.leaderEpoch);
    this.#writing = job;
    this.#staged = staged;
    this.#stagedWritten = 0;
    this.#env.disk.append(active.logPath, staged, this.#onWritten);
  }

  readonly #onWritten = (error: DiskError | null, writtenBytes: number): void => {
    const job = this.#writing!;
    if (error !== null) {
      this.#appendFailed(job, 'append', error);
      return;
    }
    this.#stagedWritten += writtenBytes;
    const remainingBytes = this.#staged.length - this.#stagedWritten;
    if (remainingBytes > 0 && this.#rules.continuesShortWrite({ writtenBytes, remainingBytes })) {
      const rest = this.#staged.subarray(this.#stagedWritten);
      this.#env.disk.append(this.#state.active.logPath, rest, this.#onWritten);
      return;
    }
    this.#publish(job);
  };

  /**
   * The bytes are written. A batch that must be synced first enters the log only after the sync. Otherwise a follower's fetch in
   * between would advance the high watermark over a record that a power loss can still remove from the leader.
   */
  #publish(job: AppendJob): void {
    const state = this.#state;
    const endOffset = batch.endOffsetOf(this.#staged);
    if (!this.#isFlushDue(endOffset - state.recoveryPoint)) {
      const result = this.#enter(job);
      this.#armFlushTimer();
      this.#finishAppend(job, result);
      return;
    }
    runProcedure(this.#env.disk, state.flush(endOffset), (failure) => {
      if (failure === null) this.#finishAppend(job, this.#enter(job));
      else this.#appendFailed(job, 'sync', failure.error);
    });
  }

  /** The batches are in the log from here on. */
  #enter(job: AppendJob): AppendResult {
    const baseOffset = batch.baseOffset(this.#staged, 0);
    this.#state.publish(this.#staged, job.role, this.config['index.interval.bytes']);
    this.#staged = NO_BYTES;
    this.#writing = null;
    const lastOffset = this.#state.logEndOffset - 1;
    const logAppendTimeMs = job.role === 'leader' ? this.#logAppendTimeMs : -1;
    return new Appended(baseOffset, lastOffset, logAppendTimeMs, false);
  }

  #armFlushTimer(): void {
    const flushMillis = this.config['flush.ms'];
    if (flushMillis === NEVER_MILLIS || this.#flushTimer !== null) return;
    this.#flushTimer = this.#env.timers.schedule(flushMillis * 1000, () => {
      this.#flushTimer = null;
      this.flush(IGNORE);
    });
  }

  #appendFailed(job: AppendJob, operation: 'append' | 'sync', error: DiskError): void {
    this.#writing = null;
    this.#storageFailed(operation, error);
    this.#finishAppend(job, refuse('KAFKA_STORAGE_ERROR', `${operation}: ${error.code} ${error.message}`));
  }

  /** The rule decides whether the log continues after the error. If not, the broker halts, because its only log directory failed. */
  #storageFailed(operation: 'append' | 'read' | ProcedureJob['operation'], error: DiskError): void {
    if (this.#closed) return;
    const what = `${operation} of ${this.partition.name}: ${error.code} ${error.message}`;
    this.#env.logger.log('error', what);
    this.#observer?.log?.storageFailed(this.partition, this.logEndOffset);
    if (this.#failed || this.#rules.mayAppendAfterError({ operation, code: error.code })) return;
    this.#failed = true;
    this.#flushTimer?.cancel();
    this.#env.halt(`Log directory failed: ${what}`);
  }
}
