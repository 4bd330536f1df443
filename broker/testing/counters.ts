/** The smallest state of a coordinator: counters, where each record adds one to its key. */
import type { CoordinatorState } from '../coordination/coordinator.js';
import type { CoordinatorBatch } from '../coordination/coordinator-log.js';
import type { Decision } from '../coordination/decision.js';
import { Timeline, TimelineMap } from '../coordination/timeline.js';

export interface Increment {
  readonly key: string;
  /** Identifies the operation, so that a log shows which operations took place. */
  readonly operation: number;
}

export class Counters implements CoordinatorState<Increment> {
  readonly #timeline = new Timeline();
  readonly #counts = new TimelineMap<string, number>(this.#timeline);

  readonly rollBackTo = (offset: number): void => this.#timeline.rollBackTo(offset);

  replay({ baseOffset, records }: CoordinatorBatch<Increment>): void {
    this.#timeline.offset = baseOffset;
    for (const { key } of records) this.#counts.set(key, this.count(key) + 1);
  }

  committedTo(offset: number): void {
    this.#timeline.committedTo(offset);
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  committedCount(key: string): number {
    return this.#counts.committed(key) ?? 0;
  }

  /** The answer is the count after the increment. */
  increment(key: string, operation = 0): Decision<number, Increment> {
    return { records: [{ key, operation }], response: this.count(key) + 1 };
  }
}
