/**
 * Lets callbacks pass in their order: at once, after a delay, or when what blocks the first of them ends. A callback
 * behind one that waits also waits, as bytes of a stream and completions of a disk do.
 */
export interface Passage {
  readonly run: () => void;
  /** Passed to `isBlocked`: what the callback carries. */
  readonly kind: string;
}

interface Waiting extends Passage {
  readonly dueAtMillis: number;
}

export class Turnstile {
  readonly #isBlocked: (kind: string) => boolean;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isEnded = false;

  /** @param isBlocked asked about the first callback that waits; `recheck` must be called when its answer may change. */
  constructor(isBlocked: (kind: string) => boolean) {
    this.#isBlocked = isBlocked;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @returns true when the callback ran inside this call. */
  pass(passage: Passage, delayMillis: number): boolean {
    if (this.#isEnded) return false;
    if (delayMillis <= 0 && this.isEmpty && !this.#isBlocked(passage.kind)) {
      passage.run();
      return true;
    }
    const lastDueAt = this.#waiting.at(-1)?.dueAtMillis ?? 0;
    const dueAtMillis = Math.max(lastDueAt, performance.now() + delayMillis);
    this.#waiting.push({ ...passage, dueAtMillis });
    if (this.#waiting.length === 1) this.#arm();
    return false;
  }

  /** Lets pass what is no longer blocked. */
  recheck(): void {
    if (!this.isEmpty) this.#arm();
  }

  /** Drops all callbacks, those that wait and later ones. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const delayMillis = Math.max(0, (this.#waiting[0]?.dueAtMillis ?? 0) - performance.now());
    this.#timer = setTimeout(() => this.#advance(), delayMillis);
  }

  #advance(): void {
    this.#timer = null;
    const now = performance.now();
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#isBlocked(first.kind)) return;
      if (first.dueAtMillis > now) {
        this.#arm();
        return;
      }
      this.#waiting.shift();
      first.run();
    }
  }
}
