/**
 * The coordinator of one partition: decide → append → replay → answer at the high watermark
 * (org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime, org.apache.kafka.controller.QuorumController).
 *
 *   unloaded ──load──▶ loading ──(whole log replayed)──▶ active
 *      ▲                  │ └──(log unreadable)──▶ failed    │
 *      └──────────────────┴──────unload, in the same or a later epoch
 *
 * - Only replay changes the state, and it is the same replay at load time and after an append.
 * - A write operation is decided by the state as of the last appended batch, so consecutive operations need not wait
 *   for each other. Its answer waits until every record it depends on is committed, even if the operation changes
 *   nothing.
 * - A read operation is answered at once, from the committed state.
 * - An append that fails is answered with its error. Its replayed records, and those of all later batches, are rolled
 *   back.
 * - When a partition is unloaded, its waiting operations are answered with `notLeader`. Their outcome is unknown.
 * - A load or an unload of an older epoch changes nothing, because leadership changes may arrive in any order.
 */
import type { Timers } from '../env.js';
import type { ErrorName } from '../protocol/errors.js';
import type { CoordinatorBatch, CoordinatorLog, CoordinatorLogReader } from './coordinator-log.js';
import { CoordinatorTimers } from './coordinator-timers.js';
import type { Decision } from './decision.js';
import { DeferredAnswers, type Done, type Outcome } from './deferred-answers.js';

export interface CoordinatorState<R> {
  replay(batch: CoordinatorBatch<R>): void;
  /** Everything below `offset` is committed and is never rolled back. Called with rising offsets. */
  committedTo(offset: number): void;
  /**
   * Rolls back every batch at or after `offset`. Null: the state cannot be rolled back, so the coordinator loads it
   * again.
   */
  readonly rollBackTo: ((offset: number) => void) | null;
}

export interface CoordinatorOptions<S> {
  readonly timers: Timers;
  /** Creates the state before the first record, once for every load. */
  readonly makeState: () => S;
  /** Called when the whole log is replayed, to arm timers. */
  readonly onLoaded: (state: S) => void;
  /** Called when a loaded state is dropped, so that what waits in it outside of the log is answered. Not at `close`. */
  readonly onUnloaded?: (state: S) => void;
  readonly notLeader: ErrorName;
  readonly loading: ErrorName;
}

export interface WriteOptions {
  /**
   * The operation is answered with REQUEST_TIMED_OUT if it is not committed by then. Absent: it waits as long as the
   * partition is loaded.
   */
  readonly timeoutMicros?: number;
}

/** The log accepted a batch and could not write it. */
export interface AppendFailure {
  readonly leaderEpoch: number;
  readonly baseOffset: number;
  readonly error: ErrorName;
}

type Phase = 'unloaded' | 'loading' | 'active' | 'failed';

export class Coordinator<S extends CoordinatorState<R>, R> {
  readonly timers: CoordinatorTimers;
  readonly #options: CoordinatorOptions<S>;
  readonly #deferred: DeferredAnswers;
  #phase: Phase = 'unloaded';
  #leaderEpoch = -1;
  #log: CoordinatorLog<R> | null = null;
  #state: S | null = null;
  /** The number of loads. Batches that an earlier load still reads are ignored. */
  #loadCount = 0;
  /** The offset after the last replayed batch. */
  #endOffset = 0;
  #highWatermark = 0;
  #committedOffset = 0;
  #isAdvancing = false;

  constructor(options: CoordinatorOptions<S>) {
    this.#options = options;
    this.timers = new CoordinatorTimers(options.timers);
    this.#deferred = new DeferredAnswers(options.timers);
  }

  get isActive(): boolean {
    return this.#phase === 'active';
  }

  /** The state as of the last appended batch; null while no log is loaded. */
  get state(): S | null {
    return this.#phase === 'active' ? this.#state : null;
  }

  /** This broker leads the partition in `leaderEpoch`. */
  load(leaderEpoch: number, log: CoordinatorLog<R>): void {
    const isAgain = leaderEpoch === this.#leaderEpoch && this.#phase === 'failed';
    if (leaderEpoch <= this.#leaderEpoch && !isAgain) return;
    // Records of an earlier epoch may have been truncated since.
    this.#leave();
    this.#leaderEpoch = leaderEpoch;
    this.#log = log;
    this.#read(log);
  }

  /** This broker does not lead in `leaderEpoch` and has not led since. */
  unload(leaderEpoch: number): void {
    if (leaderEpoch < this.#leaderEpoch) return;
    this.#leaderEpoch = leaderEpoch;
    this.#leave();
  }

  /** The process ends. Its connections end with it, so no operation is answered. */
  close(): void {
    this.#deferred.drop();
    this.#phase = 'unloaded';
    this.#leave();
  }

  write<T>(decide: (state: S) => Decision<T, R>, done: Done<T>, options: WriteOptions = {}): void {
    const state = this.state;
    if (state === null) {
      done({ ok: false, error: this.#refusal() });
      return;
    }
    const { records, response } = decide(state);
    const error = this.#append(records);
    if (error !== null) {
      done({ ok: false, error });
      return;
    }
    this.#deferred.add(this.#endOffset, options.timeoutMicros ?? 0, (failure) =>
      done(failure === null ? { ok: true, value: response } : { ok: false, error: failure }),
    );
    this.#advance();
  }

  /** `ask` gets the state, and the offset up to which it may read it. */
  read<T>(ask: (state: S, committedOffset: number) => T): Outcome<T> {
    const state = this.state;
    if (state === null) return { ok: false, error: this.#refusal() };
    return { ok: true, value: ask(state, this.#committedOffset) };
  }

  /**
   * Decides and appends when the timer ends. If the append fails, a new decision is tried after `retryBackoffMicros`,
   * unless the key has been armed again in the meantime.
   */
  armWrite(
    key: string,
    delayMicros: number,
    retryBackoffMicros: number,
    decide: (state: S) => Decision<unknown, R>,
  ): void {
    this.timers.arm(key, delayMicros, () =>
      this.write(decide, (outcome) => {
        if (outcome.ok || !this.isActive || this.timers.isArmed(key)) return;
        this.armWrite(key, retryBackoffMicros, retryBackoffMicros, decide);
      }),
    );
  }

  onHighWatermark(highWatermark: number): void {
    if (highWatermark <= this.#highWatermark) return;
    this.#highWatermark = highWatermark;
    this.#advance();
  }

  appendFailed({ leaderEpoch, baseOffset, error }: AppendFailure): void {
    const state = this.state;
    if (state === null || leaderEpoch !== this.#leaderEpoch || baseOffset >= this.#endOffset) return;
    if (state.rollBackTo === null) {
      this.#reload(baseOffset, error);
      return;
    }
    state.rollBackTo(baseOffset);
    this.#endOffset = baseOffset;
    this.#deferred.fail(baseOffset, error);
  }

  #reload(baseOffset: number, error: ErrorName): void {
    const log = this.#log;
    const dropped = this.state;
    this.#phase = 'loading';
    if (dropped !== null) this.#options.onUnloaded?.(dropped);
    this.#deferred.fail(baseOffset, error);
    this.timers.cancelAll();
    // The callback of a failed operation may have made the caller unload the partition.
    if (log !== null && log === this.#log) this.#read(log);
  }

  #read(log: CoordinatorLog<R>): void {
    this.#phase = 'loading';
    this.#endOffset = 0;
    this.#committedOffset = 0;
    this.#highWatermark = 0;
    this.#loadCount += 1;
    const state = this.#options.makeState();
    this.#state = state;
    const load = this.#loadCount;
    const isWanted = () => load === this.#loadCount && this.#phase === 'loading';
    const reader: CoordinatorLogReader<R> = {
      onBatch: (batch) => {
        if (isWanted()) this.#replay(state, batch);
        return isWanted();
      },
      onEnd: (error) => {
        if (isWanted()) this.#onRead(state, error);
      },
    };
    log.load(reader);
  }

  #onRead(state: S, error: ErrorName | null): void {
    if (error !== null) {
      this.#leave();
      this.#phase = 'failed';
      return;
    }
    this.#phase = 'active';
    this.#options.onLoaded(state);
    this.#advance();
  }

  #leave(): void {
    const dropped = this.state;
    this.#phase = 'unloaded';
    this.#loadCount += 1;
    this.#log = null;
    this.#state = null;
    if (dropped !== null) this.#options.onUnloaded?.(dropped);
    this.#deferred.failAll(this.#options.notLeader);
    this.timers.cancelAll();
  }

  #append(records: readonly R[]): ErrorName | null {
    const log = this.#log;
    const state = this.#state;
    if (records.length === 0) return null;
    if (log === null || state === null) return this.#refusal();
    const leaderEpoch = this.#leaderEpoch;
    const baseOffset = log.append(leaderEpoch, records);
    if (typeof baseOffset === 'number') {
      this.#replay(state, { baseOffset, leaderEpoch, records });
      return null;
    }
    if (baseOffset === this.#options.notLeader) this.unload(leaderEpoch);
    return baseOffset;
  }

  #replay(state: S, batch: CoordinatorBatch<R>): void {
    this.#endOffset = batch.endOffset ?? batch.baseOffset + batch.records.length;
    state.replay(batch);
  }

  /** Answers in order. An answer may start the next operation, which then waits after the others. */
  #advance(): void {
    if (this.#isAdvancing || this.#log === null || !this.isActive) return;
    this.#highWatermark = Math.max(this.#highWatermark, this.#log.highWatermark);
    this.#isAdvancing = true;
    while (this.#deferred.nextEndOffset <= this.#highWatermark) {
      this.#commitTo(this.#deferred.nextEndOffset);
      this.#deferred.answerNext();
    }
    this.#isAdvancing = false;
    this.#commitTo(this.#highWatermark);
  }

  #commitTo(highWatermark: number): void {
    const offset = Math.min(highWatermark, this.#endOffset);
    if (offset <= this.#committedOffset) return;
    this.#committedOffset = offset;
    this.state?.committedTo(offset);
  }

  #refusal(): ErrorName {
    const { loading, notLeader } = this.#options;
    return this.#phase === 'loading' ? loading : notLeader;
  }
}
