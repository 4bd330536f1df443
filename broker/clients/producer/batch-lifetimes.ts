/**
 * Every batch that is not done, oldest first, for the two things that need to know all of them: `delivery.timeout.ms`
 * and `flush`. All batches live equally long, so the oldest expires first and one timer is enough, re-armed only when
 * it fires.
 */
import type { Env, TimerHandle } from '../../env.js';
import type { ProducerBatch } from './producer-batch.js';

interface Flush {
  /** Batches with a smaller id are waited for. */
  readonly boundary: number;
  remaining: number;
  readonly done: () => void;
}

export class BatchLifetimes {
  readonly #env: Env;
  readonly #timeoutMicros: number;
  readonly #onExpiry: () => void;
  #batches: ProducerBatch[] = [];
  #head = 0;
  #nextId = 0;
  #undoneCount = 0;
  #flushes: Flush[] = [];
  #timer: TimerHandle | null = null;

  constructor(env: Env, timeoutMs: number, onExpiry: () => void) {
    this.#env = env;
    this.#timeoutMicros = timeoutMs * 1_000;
    this.#onExpiry = onExpiry;
  }

  get nextId(): number {
    return this.#nextId;
  }

  get isFlushing(): boolean {
    return this.#flushes.length > 0;
  }

  add(batch: ProducerBatch): void {
    this.#nextId = batch.id + 1;
    this.#batches.push(batch);
    this.#undoneCount += 1;
    if (this.#timer === null) this.#arm(this.#timeoutMicros);
  }

  /** After the batch became done. */
  finish(batch: ProducerBatch): void {
    this.#undoneCount -= 1;
    for (const flush of this.#flushes) if (batch.id < flush.boundary) flush.remaining -= 1;
  }

  /** The oldest batch past its time, or null. */
  expired(now: number): ProducerBatch | null {
    const oldest = this.#oldest();
    return oldest !== null && this.deadline(oldest) <= now ? oldest : null;
  }

  deadline(batch: ProducerBatch): number {
    return batch.createdAt + this.#timeoutMicros;
  }

  undone(): readonly ProducerBatch[] {
    return this.#batches.slice(this.#head).filter((batch) => !batch.isDone);
  }

  /** `done` is called from `takeFlushed` once everything that is here now is done. */
  flush(done: () => void): void {
    this.#flushes.push({ boundary: this.#nextId, remaining: this.#undoneCount, done });
  }

  takeFlushed(): readonly (() => void)[] {
    if (this.#flushes.length === 0) return [];
    const flushed = this.#flushes.filter((flush) => flush.remaining === 0);
    if (flushed.length > 0) this.#flushes = this.#flushes.filter((flush) => flush.remaining > 0);
    return flushed.map((flush) => flush.done);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #oldest(): ProducerBatch | null {
    while (this.#batches[this.#head]?.isDone === true) this.#head += 1;
    if (this.#head > 256 && this.#head * 2 > this.#batches.length) {
      this.#batches = this.#batches.slice(this.#head);
      this.#head = 0;
    }
    return this.#batches[this.#head] ?? null;
  }

  #arm(delayMicros: number): void {
    this.#timer = this.#env.timers.schedule(delayMicros, this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#onExpiry();
    const oldest = this.#oldest();
    if (oldest === null || this.#timer !== null) return;
    this.#arm(Math.max(0, this.deadline(oldest) - this.#env.clock.monotonicMicros()));
  };
}
