/**
 * Jobs that run one at a time in the order of submission, as under a lock. `start` begins a job. The owner
 * calls `finish` when the job has ended, which may be at once. Jobs that end at once do not grow the stack.
 */
export class SerialQueue<Job> {
  readonly #start: (job: Job) => void;
  readonly #waiting: Job[] = [];
  #busy = false;
  #pumping = false;

  constructor(start: (job: Job) => void) {
    this.#start = start;
  }

  submit(job: Job): void {
    if (this.#busy) {
      this.#waiting.push(job);
      return;
    }
    this.#busy = true;
    this.#start(job);
  }

  /** The running job has ended. This must be the owner's last call for the job. */
  finish(): void {
    this.#busy = false;
    if (this.#waiting.length === 0 || this.#pumping) return;
    this.#pumping = true;
    while (!this.#busy && this.#waiting.length > 0) {
      this.#busy = true;
      this.#start(this.#waiting.shift()!);
    }
    this.#pumping = false;
  }
}
