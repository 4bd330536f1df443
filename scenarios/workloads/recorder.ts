/** Records the history of a run, and keeps virtual time, digest and the count of operations. */

import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { CompletionType } from '../../harness/history/operation.js';
import type { Simulation } from '../../harness/kernel/simulation.js';
import { OperationTally } from '../../harness/runner/operation-tally.js';
import type { AcknowledgementDelay, OperationCount } from '../../harness/runner/run-data.js';
import { KeyedRecords } from './keyed-records.js';
import { ProcessedRecords } from './processed-records.js';

export interface KeyOffset {
  /** The number of the partition in the history. */
  readonly key: number;
  readonly offset: number;
}

export interface KeyRecord extends KeyOffset {
  readonly value: number;
}

/**
 * The records of a send or poll follow its `invokeSend`, `completeSend` or `completePoll` at once, through `record`.
 */
export class Recorder {
  readonly history: HistoryTape;
  readonly keyed = new KeyedRecords();
  readonly processed = new ProcessedRecords();
  readonly #simulation: Simulation;
  readonly #operationsMax: number;
  readonly #assigns = new OperationTally();
  readonly #polls = new OperationTally();
  readonly #sends = new OperationTally();
  readonly #commits = new OperationTally();
  readonly #processings = new OperationTally();
  readonly #assignName: number;
  readonly #commitName: number;
  readonly #processName: number;
  #sendsInvoked = 0;
  #nextValue = 1;
  /** The number of records whose send was acknowledged. */
  acknowledged = 0;
  readonly #acknowledgement = { sends: 0, micros: 0, longestMicros: 0 };

  constructor(simulation: Simulation, history: HistoryTape, operationsMax: number | null) {
    this.#simulation = simulation;
    this.history = history;
    this.#assignName = history.name('assign');
    this.#commitName = history.name('commit');
    this.#processName = history.name('process');
    this.#operationsMax = operationsMax ?? Number.MAX_SAFE_INTEGER;
  }

  /** False when the run has sent as many records as it may (a minimised run sends fewer). */
  maySend(): boolean {
    return this.#sendsInvoked < this.#operationsMax;
  }

  /** Values are unique in a run and ascend in the order of sending. */
  takeValue(): number {
    return this.#nextValue++;
  }

  /** An assignment of partitions. It takes no time. */
  assign(process: number, partitions: readonly { readonly key: number }[]): void {
    const now = this.#simulation.nowMicros;
    const invocation = this.history.invoke(now, process, this.#assignName);
    for (const { key } of partitions) this.history.listKey(key);
    this.#assigns.add('ok');
    this.history.complete(invocation, now, 'ok');
    for (const { key } of partitions) this.history.listKey(key);
  }

  invokeSend(process: number): number {
    this.#sendsInvoked++;
    return this.history.invokeSend(this.#simulation.nowMicros, process);
  }

  completeSend(invocation: number, outcome: CompletionType, error?: string): void {
    this.#sends.add(outcome, error);
    if (outcome === 'ok')
      this.#acknowledgedAfter(this.#simulation.nowMicros - this.history.timeAt(invocation));
    this.history.completeSend(invocation, this.#simulation.nowMicros, outcome, error);
  }

  invokePoll(process: number): number {
    return this.history.invokePoll(this.#simulation.nowMicros, process);
  }

  completePoll(invocation: number): void {
    this.#polls.add('ok');
    this.history.completePoll(invocation, this.#simulation.nowMicros);
  }

  failPoll(invocation: number, outcome: 'fail' | 'info', error: string): void {
    this.#polls.add(outcome, error);
    this.history.failPoll(invocation, this.#simulation.nowMicros, outcome, error);
  }

  /** The offsets are listed in the invocation and in the completion. */
  invokeCommit(process: number, offsets: readonly KeyOffset[]): number {
    const invocation = this.history.invoke(this.#simulation.nowMicros, process, this.#commitName);
    for (const { key, offset } of offsets) this.history.commit(key, offset);
    return invocation;
  }

  completeCommit(
    invocation: number,
    offsets: readonly KeyOffset[],
    outcome: CompletionType,
    error?: string,
  ): void {
    this.#commits.add(outcome, error);
    this.history.complete(invocation, this.#simulation.nowMicros, outcome, error);
    for (const { key, offset } of offsets) this.history.commit(key, offset);
  }

  /** An application works on records. The completion lists those whose effects have taken place. */
  invokeProcess(process: number, records: readonly KeyRecord[]): number {
    const invocation = this.history.invoke(this.#simulation.nowMicros, process, this.#processName);
    for (const { key, value, offset } of records) this.history.processed(key, value, offset);
    return invocation;
  }

  completeProcess(
    invocation: number,
    records: readonly KeyRecord[],
    outcome: CompletionType,
    error?: string,
  ): void {
    this.#processings.add(outcome, error);
    this.history.complete(invocation, this.#simulation.nowMicros, outcome, error);
    for (const { key, value, offset } of records) this.history.processed(key, value, offset);
  }

  record(key: number, value: number, offset: number): void {
    this.history.record(key, value, offset);
  }

  /**
   * Makes what a process saw part of the digest, so that two runs that read different records have different digests.
   */
  note(value: number, offset: number): void {
    this.#simulation.note(value);
    this.#simulation.note(offset);
  }

  #acknowledgedAfter(micros: number): void {
    const sum = this.#acknowledgement;
    sum.sends++;
    sum.micros += micros;
    if (micros > sum.longestMicros) sum.longestMicros = micros;
  }

  /** How long acknowledged sends waited; null: none was acknowledged. */
  get acknowledgementDelay(): AcknowledgementDelay | null {
    const { sends, micros, longestMicros } = this.#acknowledgement;
    return sends === 0 ? null : { meanMicros: Math.round(micros / sends), longestMicros };
  }

  /** The counts of every kind of completed operation. */
  get counts(): Readonly<Record<string, OperationCount>> {
    const tallies = Object.entries({
      assign: this.#assigns,
      commit: this.#commits,
      poll: this.#polls,
      process: this.#processings,
      send: this.#sends,
    });
    return Object.fromEntries(
      tallies.filter(([, tally]) => !tally.isEmpty).map(([f, tally]) => [f, tally.count()]),
    );
  }
}
