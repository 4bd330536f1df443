/**
 * Watches a worker from outside: the worker says in a shared cell which seed it is on, and when it says the same for too
 * long it hangs in one event, which only the end of its thread can interrupt. (Events without end are no case for this:
 * the run ends itself, see `kernel/livelock.ts`.)
 */

/** Wall time for one seed, a hundred times what a slow machine needs for a long one. */
export const SEED_WALL_MILLIS_MAX = 300_000;
/** For the seed that is under way at Ctrl-C. */
const PATIENCE_MILLIS = 10_000;
const LOOK_EVERY_MILLIS = 250;

/** No seed is being run. */
export const NO_SEED = -1;

export interface SeedWatchOptions {
  /** Holds the index of the seed that is being run, or NO_SEED. */
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

  /** Aborted when the worker shall be ended. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** The worker was ended because nobody wants to wait for it: nothing is known about the seed it was on. */
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
