import { NEVER_MILLIS, type TopicConfig } from '../config/definitions.js';
import type { DiskError, Env, TimerHandle } from '../env.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type AppendResult, refuse } from './append-result.js';
import { validateFetched, validateProduced } from './append-validation.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';
import type { LeaderEpochCache } from './leader-epoch-cache.js';
import { type LoadedLog, loadLog } from './log-loader.js';
import { LogState } from './log-state.js';
import type { PartitionLogOptions } from './partition-log-options.js';
import type { ProducerStateTable } from './producer-state-table.js';
import { SerialQueue } from './serial-queue.js';
import { readStored } from './stored-read.js';
import { findTimestamp, type TimestampedOffset } from './timestamp-lookup.js';

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
const NO_BYTES = new Uint8Array(0);

/**
 * One replica's log on disk (Kafka's `UnifiedLog`). What changes it is queued and runs one at a time, in the order
 * asked. `done` runs before the call returns when the answer needs neither the disk nor a turn in the queue.
 * After a storage error nothing is ever written again and everything asked is answered KAFKA_STORAGE_ERROR.
 * Bytes handed out by reads are views of the cache: nobody may write to them.
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
  readonly #observer: PartitionLogOptions['observer'];
  readonly #state: LogState;
  readonly #queue = new SerialQueue<AppendJob | ProcedureJob>((job) => this.#start(job));
  #fencedBelowEpoch = -1;
  #failed = false;
  #closed = false;
  #flushTimer: TimerHandle | null = null;

  /** The append whose bytes are on their way to the disk. */
  #writing: AppendJob | null = null;
  #staged: Uint8Array = NO_BYTES;
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
    this.epochs = this.#state.epochs;
    this.producers = this.#state.producers;
    const { highWatermarkCheckpoint } = options;
    this.initialHighWatermark = Math.max(
      loaded.logStartOffset,
      Math.min(highWatermarkCheckpoint, loaded.logEndOffset),
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
      observer?.recoveryDone(partition, loaded);
      if (env.logger.enabled) {
        const { logStartOffset, logEndOffset, cutBytes } = loaded;
        env.logger.log('info', 'Loaded log', { partition, logStartOffset, logEndOffset, cutBytes });
      }
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

  /** Takes over the settings of the topic. `flush.ms` counts from now on for what a start left unsynced. */
  configure(config: TopicConfig): void {
    this.config = config;
    if (this.logEndOffset > this.recoveryPoint) this.#armFlushTimer();
  }

  get logStartOffset(): number {
    return this.#state.logStartOffset;
  }

  /** Exclusive: the offset the next record will have. Moves when a write completed. */
  get logEndOffset(): number {
    return this.#state.logEndOffset;
  }

  /** Everything below it was synced. */
  get recoveryPoint(): number {
    return this.#state.recoveryPoint;
  }

  get segmentBaseOffsets(): readonly number[] {
    return this.#state.segments.map((segment) => segment.baseOffset);
  }

  /** Appends one produced batch: checks it, gives it its offsets and `leaderEpoch`, writes it. `records` stay as they are. */
  appendAsLeader(records: Uint8Array, leaderEpoch: number, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'leader', leaderEpoch, done });
  }

  /** Appends fetched batches with the offsets and epochs they have. */
  appendAsFollower(records: Uint8Array, done: (result: AppendResult) => void): void {
    this.#queue.submit({ kind: 'append', records, role: 'follower', leaderEpoch: -1, done });
  }

  /** The replica is in `leaderEpoch` now: leader appends of older epochs that still wait in the queue are refused. */
  fenceAppendsBelow(leaderEpoch: number): void {
    if (leaderEpoch > this.#fencedBelowEpoch) this.#fencedBelowEpoch = leaderEpoch;
  }

  /**
   * This replica was elected in `leaderEpoch`: its epoch begins at the log end. No append and no cut may be under way; a
   * flush may. The epoch is known when the call returns, for the next fetch may ask for it (Kafka assigns it under
   * leaderIsrUpdateLock); `done` is called when it is on disk.
   */
  startLeaderEpoch(leaderEpoch: number, done: Done): void {
    this.fenceAppendsBelow(leaderEpoch);
    const { logEndOffset } = this.#state;
    if (this.#rules.recordsEpochAtElection({ leaderEpoch, logEndOffset }))
      this.epochs.assign(leaderEpoch, logEndOffset);
    this.#enqueue('checkpoint', () => this.#state.checkpointEpochs(), done);
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
    const { logStartOffset, logEndOffset } = this.#state;
    if (this.#failed || fromOffset < logStartOffset || fromOffset > logEndOffset) return undefined;
    const end = Math.min(endOffset, logEndOffset);
    return fromOffset >= end ? null : this.#state.tail.read(fromOffset, maxBytes, end, minOneBatch);
  }

  /** As `readCached`, from wherever the batches are; their CRC is verified when they come from the disk. */
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

  /** The first record at or after `timestamp` (ms) below `endOffset`, as ListOffsets asks; null: none. */
  offsetForTimestamp(
    timestamp: number,
    endOffset: number,
    done: (errorCode: ErrorName, found: TimestampedOffset | null) => void,
  ): void {
    const procedure = findTimestamp(this.#state.segments.slice(), timestamp, endOffset);
    runProcedure(this.#env.disk, procedure, (failure, found) => {
      if (failure !== null) this.#storageFailed('read', failure.error);
      done(failure === null ? 'NONE' : 'KAFKA_STORAGE_ERROR', found);
    });
  }

  /** Removes the batches that reach `offset` or beyond. Cuts the epochs also where the log does not reach it. */
  truncateTo(offset: number, reason: string, done: Done): void {
    this.#enqueue('truncate', () => this.#state.truncate(offset, reason), done);
  }

  /** Empties the log; its next record will have `offset`. */
  truncateFullyAndStartAt(offset: number, done: Done): void {
    this.#enqueue('truncate', () => this.#state.startAfreshAt(offset, 'log starts elsewhere'), done);
  }

  /** Syncs everything appended so far. */
  flush(done: Done): void {
    this.#enqueue('sync', () => this.#state.flush(this.#state.logEndOffset), done);
  }

  /** Flushes and takes no more. */
  close(done: Done): void {
    this.#enqueue('sync', () => this.#close(), done);
  }

  /** What a crash left in the page cache alone is flushed as the settings would have had it at append. */
  #flushRecovered(done: () => void): void {
    if (this.hasFlushDue) {
      this.flush(done);
    } else {
      if (this.logEndOffset > this.recoveryPoint) this.#armFlushTimer();
      done();
    }
  }

  /** The settings of now ask for a flush of what is in the log. */
  get hasFlushDue(): boolean {
    const unflushedRecords = this.logEndOffset - this.recoveryPoint;
    return unflushedRecords > 0 && !this.#failed && this.#isFlushDue(unflushedRecords);
  }

  #isFlushDue(unflushedRecords: number): boolean {
    return this.#rules.isFlushDue({ unflushedRecords, flushMessages: this.config['flush.messages'] });
  }

  *#close(): DiskProcedure<void> {
    this.#flushTimer?.cancel();
    yield* this.#state.checkpointEpochs();
    yield* this.#state.flush(this.#state.logEndOffset);
    this.#closed = true;
  }

  #enqueue(operation: ProcedureJob['operation'], start: () => DiskProcedure<void>, done: Done): void {
    this.#queue.submit({ kind: 'procedure', operation, start, done });
  }

  #start(job: AppendJob | ProcedureJob): void {
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
    const { records, leaderEpoch } = job;
    const fenced = { appendEpoch: leaderEpoch, currentEpoch: this.#fencedBelowEpoch };
    const refusal = this.#rules.isAppendFenced(fenced)
      ? refuse('NOT_LEADER_OR_FOLLOWER', 'A newer leader epoch has begun')
      : (validateProduced(records, this.config, this.#verifiesChecksum('leader-append')) ??
        this.#checkSequence(records, 0, leaderEpoch));
    if (refusal !== null) {
      this.#finishAppend(job, refusal);
      return;
    }
    const { epochs, logEndOffset } = this.#state;
    if (leaderEpoch !== epochs.latestEpoch) epochs.assign(leaderEpoch, logEndOffset);
    this.#prepareThenWrite(job, records, logEndOffset + batch.lastOffsetDelta(records, 0));
  }

  #startFollowerAppend(job: AppendJob): void {
    const { records } = job;
    const { epochs } = this;
    const verifies = this.#verifiesChecksum('follower-append');
    const { logEndOffset } = this.#state;
    const found = validateFetched(records, logEndOffset, epochs.latestEpoch, verifies, this.#rules);
    const valid = found.validBytes === records.length ? records : records.subarray(0, found.validBytes);
    let refusal = found.refusal;
    for (let at = 0; at < valid.length && refusal === null; at += batch.sizeInBytes(valid, at)) {
      refusal = this.#checkSequence(valid, at, null);
    }
    if (refusal !== null) {
      this.#finishAppend(job, refusal);
      return;
    }
    for (let at = 0; at < valid.length; at += batch.sizeInBytes(valid, at)) {
      const epoch = batch.partitionLeaderEpoch(valid, at);
      if (epoch !== epochs.latestEpoch) epochs.assign(epoch, batch.baseOffset(valid, at));
    }
    this.#prepareThenWrite(job, valid, found.lastOffset);
  }

  #verifiesChecksum(occasion: 'leader-append' | 'follower-append'): boolean {
    const verifies = this.#rules.verifiesChecksum({ occasion });
    if (!verifies) this.#observer?.checksumSkipped(this.partition, this.#state.logEndOffset);
    return verifies;
  }

  /** null: append it. `leaderEpoch` null: as a follower. */
  #checkSequence(records: Uint8Array, position: number, leaderEpoch: number | null): AppendResult | null {
    const verdict = this.producers.check(records, position, leaderEpoch === null ? 'follower' : 'leader');
    switch (verdict.kind) {
      case 'accept':
        return null;
      case 'duplicate': {
        const { baseOffset, lastOffset } = verdict.batch;
        this.#observer?.mark('duplicate batch recognised');
        return { errorCode: 'NONE', baseOffset, lastOffset, duplicate: true };
      }
      case 'reject': {
        const producerId = batch.producerId(records, position);
        const producerEpoch = batch.producerEpoch(records, position);
        const baseSequence = batch.baseSequence(records, position);
        const refused = { producerId, producerEpoch, baseSequence };
        if (leaderEpoch !== null) this.#observer?.sequenceRefused(this.partition, refused, leaderEpoch);
        return refuse(verdict.errorCode, `Sequence ${baseSequence} is not accepted`);
      }
      default:
        return verdict satisfies never;
    }
  }

  /** Rolls the segment and checkpoints new epochs before the bytes are written; both are rare. */
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
    if (!rolls && epochsDirty === null) {
      this.#write(job, records);
      return;
    }
    runProcedure(this.#env.disk, this.#prepare(rolls), (failure) => {
      if (failure === null) this.#write(job, records);
      else this.#appendFailed(job, 'append', failure.error);
    });
  }

  *#prepare(rolls: boolean): DiskProcedure<void> {
    yield* this.#state.checkpointEpochs();
    if (!rolls) return;
    const rolledAt = this.#state.logEndOffset;
    yield* this.#state.roll();
    // As in Kafka the segments before the new one are synced after a roll; here behind the append at hand.
    const flush = (): DiskProcedure<void> => this.#state.flush(Math.min(rolledAt, this.#state.logEndOffset));
    this.#enqueue('sync', flush, IGNORE);
  }

  /** Copies the batches to where they will be read from, since the sender may keep and send them again, and writes. */
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
   * The bytes are written. What has to be on disk first is not in the log before it is: a follower's fetch meanwhile would
   * move the high watermark over a record that a power loss can still take from the leader.
   */
  #publish(job: AppendJob): void {
    const state = this.#state;
    const endOffset = endOffsetOf(this.#staged);
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
    return { errorCode: 'NONE', baseOffset, lastOffset: this.#state.logEndOffset - 1, duplicate: false };
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

  /** The rule decides whether the log goes on behind the error; else the broker ends, its only log directory failed. */
  #storageFailed(operation: 'append' | 'read' | ProcedureJob['operation'], error: DiskError): void {
    const what = `${operation} of ${this.partition}: ${error.code} ${error.message}`;
    this.#env.logger.log('error', what);
    this.#observer?.storageFailed(this.partition, this.logEndOffset);
    if (this.#failed || this.#rules.mayAppendAfterError({ operation, code: error.code })) return;
    this.#failed = true;
    this.#flushTimer?.cancel();
    this.#env.halt(`Log directory failed: ${what}`);
  }
}

/** Of whole batches; their offsets are set. */
function endOffsetOf(batches: Uint8Array): number {
  let endOffset = 0;
  for (let position = 0; position < batches.length; position += batch.sizeInBytes(batches, position)) {
    endOffset = batch.lastOffset(batches, position) + 1;
  }
  return endOffset;
}
