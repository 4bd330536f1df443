/**
 * Watches a worker from another thread. The worker writes its current seed to a shared cell. When the seed stays the same for
 * too long, the worker hangs in one event, which only ending the thread can interrupt. (A livelock ends by itself: see
 * `kernel/livelock.ts`.)
 */

/** The wall-time limit of one seed: a hundred times the time of a long run on a slow machine. */
export const SEED_WALL_MILLIS_MAX = 300_000;
/** The wall-time limit, after Ctrl-C, of the seed that is running then. */
const PATIENCE_MILLIS = 10_000;
const LOOK_EVERY_MILLIS = 250;

/** No seed is being run. */
export const NO_SEED = -1;

export interface SeedWatchOptions {
  /** The index of the running seed, or NO_SEED. */
  readonly cell: Int32Array;
  readonly wallMillisMax: number;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
}

export class SeedWatch {
  readonly #options: SeedWatchOptions;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #index = NO_SEED;
  #since = performance.now();
  #interruptedAt: number | null = null;

  constructor(options: SeedWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MILLIS);
  }

  /** Aborted to end the worker. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** True when the worker was ended after an interrupt: nothing is known about its seed. */
  get isAbandoned(): boolean {
    return this.#end.signal.aborted && this.#interruptedAt !== null;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const { cell, wallMillisMax, interrupt } = this.#options;
    const index = Atomics.load(cell, 0);
    if (index !== this.#index) {
      this.#index = index;
      this.#since = now;
    }
    if (interrupt.aborted) this.#interruptedAt ??= now;
    if (index === NO_SEED) return;
    const isPatient = this.#interruptedAt === null || now - this.#interruptedAt < PATIENCE_MILLIS;
    if (!isPatient || now - this.#since >= wallMillisMax) this.#end.abort();
  }
}
