/**
 * Requests that an event may have made answerable, tried again when the event is over: a produce to many partitions
 * answers a waiting fetch once, with all of them (Kafka's ActionQueue), and nothing runs in the middle of a change.
 */
export interface Wakeable {
  /** Belongs to the queue. */
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

  /** To be called at the end of every event; what it wakes in turn is done too. */
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
