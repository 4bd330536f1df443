/**
 * Answers that wait for the high watermark, in the order of their operations
 * (org.apache.kafka.deferred.DeferredEventQueue). Their end offsets never decrease.
 */
import type { TimerHandle, Timers } from '../env.js';
import type { ErrorName } from '../protocol/errors.js';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorName };

/** Called once for each operation, possibly before the operation's call returns. */
export type Done<T> = (outcome: Outcome<T>) => void;

interface Deferred {
  /** The answer depends on all records below this offset. */
  readonly endOffset: number;
  readonly answer: (error: ErrorName | null) => void;
  timeout: TimerHandle | null;
}

export class DeferredAnswers {
  readonly #timers: Timers;
  readonly #waiting: Deferred[] = [];

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** `timeoutMicros` 0: no timeout. */
  add(endOffset: number, timeoutMicros: number, answer: (error: ErrorName | null) => void): void {
    const deferred: Deferred = { endOffset, answer, timeout: null };
    this.#waiting.push(deferred);
    if (timeoutMicros > 0)
      deferred.timeout = this.#timers.schedule(timeoutMicros, this.#timeOut.bind(this, deferred));
  }

  /** The end offset of the first waiting answer; Infinity: none waits. */
  get nextEndOffset(): number {
    return this.#waiting[0]?.endOffset ?? Number.POSITIVE_INFINITY;
  }

  /** Gives the first waiting answer. */
  answerNext(): void {
    settle(this.#waiting.shift(), null);
  }

  /** Every answer with an end offset after `fromOffset` becomes the error. */
  fail(fromOffset: number, error: ErrorName): void {
    const first = this.#waiting.findIndex((deferred) => deferred.endOffset > fromOffset);
    if (first < 0) return;
    for (const deferred of this.#waiting.splice(first)) settle(deferred, error);
  }

  failAll(error: ErrorName): void {
    for (const deferred of this.#waiting.splice(0)) settle(deferred, error);
  }

  /** Drops every waiting answer without a callback. */
  drop(): void {
    for (const deferred of this.#waiting.splice(0)) deferred.timeout?.cancel();
  }

  /** The outcome is unknown to the caller: the records may still be committed. */
  #timeOut(deferred: Deferred): void {
    const index = this.#waiting.indexOf(deferred);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    deferred.answer('REQUEST_TIMED_OUT');
  }
}

function settle(deferred: Deferred | undefined, error: ErrorName | null): void {
  deferred?.timeout?.cancel();
  deferred?.answer(error);
}
