/** Writes the history of a run: virtual time, digest and the count of operations in one place. */

import type { History } from '../../harness/history/history.js';
import type { Operation, Value } from '../../harness/history/operation.js';
import type { Simulation } from '../../harness/kernel/simulation.js';
import type { OperationCount } from '../../harness/runner/experiment.js';

export type Outcome = 'ok' | 'fail' | 'info';

export class Recorder {
  readonly history: History;
  readonly #simulation: Simulation;
  readonly #operationsMax: number;
  readonly #counts = new Map<string, { ok: number; fail: number; info: number }>();
  #sends = 0;
  #nextValue = 1;
  /** Records whose send was acknowledged. */
  acknowledged = 0;

  constructor(simulation: Simulation, history: History, operationsMax: number | null) {
    this.#simulation = simulation;
    this.history = history;
    this.#operationsMax = operationsMax ?? Number.MAX_SAFE_INTEGER;
  }

  /** False when the run has sent all it may (a minimised run sends less). */
  maySend(): boolean {
    return this.#sends < this.#operationsMax;
  }

  /** Values are unique in a run, and the order of sending is their order. */
  takeValue(): number {
    return this.#nextValue++;
  }

  invoke(process: string, f: string, value: unknown): Operation {
    if (f === 'send') this.#sends++;
    return this.history.invoke(this.#simulation.nowMicros, process, f, value);
  }

  complete(invocation: Operation, outcome: Outcome, value: unknown, error?: string): void {
    const { f } = invocation;
    let count = this.#counts.get(f);
    if (count === undefined) {
      count = { ok: 0, fail: 0, info: 0 };
      this.#counts.set(f, count);
    }
    count[outcome]++;
    this.history.complete(invocation, this.#simulation.nowMicros, outcome, value, error);
  }

  /** Makes what a process saw part of the digest: two runs that read other records are two runs. */
  note(value: Value, offset: number): void {
    this.#simulation.note(typeof value === 'number' ? value : 0);
    this.#simulation.note(offset);
  }

  get counts(): Readonly<Record<string, OperationCount>> {
    return Object.fromEntries([...this.#counts.entries()].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}
