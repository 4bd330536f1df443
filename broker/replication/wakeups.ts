/**
 * Requests that an event may have made answerable. They are tried again at the end of the event, so nothing runs in
 * the middle of a change. A produce request to many partitions answers a waiting fetch once, with all of them
 * (Kafka's ActionQueue).
 */
export interface Wakeable {
  /** Used by the queue only. */
  isAwake: boolean;
  tryComplete(): void;
}

export class Wakeups {
  readonly #awake: Wakeable[] = [];
  #isRunning = false;

  add(waiting: Wakeable): void {
    if (waiting.isAwake) return;
    waiting.isAwake = true;
    this.#awake.push(waiting);
  }

  /** To be called at the end of every event. Requests woken while it runs are tried too. */
  run(): void {
    if (this.#isRunning || this.#awake.length === 0) return;
    this.#isRunning = true;
    for (let waiting = this.#awake.shift(); waiting !== undefined; waiting = this.#awake.shift()) {
      waiting.isAwake = false;
      waiting.tryComplete();
    }
    this.#isRunning = false;
  }
}
