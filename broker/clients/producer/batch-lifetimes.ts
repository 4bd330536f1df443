/**
 * Every batch that is not done, oldest first. Two features need to know all of them: `delivery.timeout.ms`
 * and `flush`. All batches have the same lifetime, so the oldest expires first, and one timer is enough.
 * The timer is set again only when it fires.
 */
import type { Env, TimerHandle } from '../../env.js';
import type { ProducerBatch } from './producer-batch.js';

interface Flush {
  /** The flush waits for batches with a smaller id. */
  readonly boundary: number;
  remaining: number;
  readonly done: () => void;
}

export class BatchLifetimes {
  readonly #env: Env;
  readonly #timeoutMicros: number;
  readonly #onExpiry: () => void;
  /**
   * The ends of a doubly linked list: a batch can be removed from any position without a reference left
   * behind.
   */
  #oldest: ProducerBatch | null = null;
  #youngest: ProducerBatch | null = null;
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
    batch.older = this.#youngest;
    if (this.#youngest === null) this.#oldest = batch;
    else this.#youngest.younger = batch;
    this.#youngest = batch;
    this.#undoneCount += 1;
    if (this.#timer === null) this.#arm(this.#timeoutMicros);
  }

  /** Removes a batch that became done. */
  finish(batch: ProducerBatch): void {
    const { older, younger } = batch;
    if (older === null) this.#oldest = younger;
    else older.younger = younger;
    if (younger === null) this.#youngest = older;
    else younger.older = older;
    batch.older = null;
    batch.younger = null;
    this.#undoneCount -= 1;
    for (const flush of this.#flushes) if (batch.id < flush.boundary) flush.remaining -= 1;
  }

  /** The parts of a batch take its place. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    const { younger } = batch;
    let { older } = batch;
    for (const part of parts) {
      part.older = older;
      if (older === null) this.#oldest = part;
      else older.younger = part;
      older = part;
    }
    if (older !== null) older.younger = younger;
    if (younger === null) this.#youngest = older;
    else younger.older = older;
    batch.older = null;
    batch.younger = null;
    this.#undoneCount += parts.length - 1;
    for (const flush of this.#flushes) if (batch.id < flush.boundary) flush.remaining += parts.length - 1;
  }

  /** The oldest batch past its time, or null. */
  expired(now: number): ProducerBatch | null {
    const oldest = this.#oldest;
    return oldest !== null && this.deadline(oldest) <= now ? oldest : null;
  }

  deadline(batch: ProducerBatch): number {
    return batch.createdAt + this.#timeoutMicros;
  }

  undone(): readonly ProducerBatch[] {
    const undone: ProducerBatch[] = [];
    for (let batch = this.#oldest; batch !== null; batch = batch.younger) undone.push(batch);
    return undone;
  }

  /** `takeFlushed` calls `done` once every batch that exists now is done. */
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

  #arm(delayMicros: number): void {
    this.#timer = this.#env.timers.schedule(delayMicros, this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#onExpiry();
    const oldest = this.#oldest;
    if (oldest === null || this.#timer !== null) return;
    this.#arm(Math.max(0, this.deadline(oldest) - this.#env.clock.monotonicMicros()));
  };
}
