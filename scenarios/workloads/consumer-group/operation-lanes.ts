/**
 * The operations of a session beside its polls. A process of the history is sequential, and a member may work on several
 * polls at a time and commit meanwhile. Each operation under way therefore has a process of its own, `g1#2/3`.
 */
import type { CompletionType } from '../../../harness/history/operation.js';
import type { KeyOffset, KeyRecord, Recorder } from '../recorder.js';

export interface OpenOperation<Kind extends 'commit' | 'process'> {
  readonly kind: Kind;
  readonly lane: number;
  readonly invocation: number;
  readonly items: readonly (Kind extends 'commit' ? KeyOffset : KeyRecord)[];
}

export class OperationLanes {
  readonly #recorder: Recorder;
  readonly #session: string;
  readonly #free: number[] = [];
  readonly #open = new Set<OpenOperation<'commit'> | OpenOperation<'process'>>();
  #count = 0;

  constructor(recorder: Recorder, session: string) {
    this.#recorder = recorder;
    this.#session = session;
  }

  beginCommit(items: readonly KeyOffset[]): OpenOperation<'commit'> {
    const lane = this.#take();
    const invocation = this.#recorder.invokeCommit(lane, items);
    return this.#opened({ kind: 'commit', lane, invocation, items });
  }

  completeCommit(operation: OpenOperation<'commit'>, outcome: CompletionType, error?: string): void {
    this.#recorder.completeCommit(operation.invocation, operation.items, outcome, error);
    this.#closed(operation, outcome);
  }

  beginProcess(items: readonly KeyRecord[]): OpenOperation<'process'> {
    const lane = this.#take();
    const invocation = this.#recorder.invokeProcess(lane, items);
    return this.#opened({ kind: 'process', lane, invocation, items });
  }

  /** `done`: the records whose effects have taken place. */
  completeProcess(
    operation: OpenOperation<'process'>,
    done: readonly KeyRecord[],
    outcome: CompletionType,
  ): void {
    this.#recorder.completeProcess(operation.invocation, done, outcome);
    this.#closed(operation, outcome);
  }

  /** The outcome of everything under way stays unknown. */
  abandon(error: string): void {
    for (const operation of this.#open) {
      const { invocation } = operation;
      if (operation.kind === 'commit')
        this.#recorder.completeCommit(invocation, operation.items, 'info', error);
      else this.#recorder.completeProcess(invocation, operation.items, 'info', error);
    }
    this.#open.clear();
  }

  #take(): number {
    return this.#free.pop() ?? this.#recorder.history.process(`${this.#session}/${this.#count++}`);
  }

  #opened<O extends OpenOperation<'commit'> | OpenOperation<'process'>>(operation: O): O {
    this.#open.add(operation);
    return operation;
  }

  /** An unknown outcome retires the process, as in Jepsen. */
  #closed(operation: OpenOperation<'commit'> | OpenOperation<'process'>, outcome: CompletionType): void {
    this.#open.delete(operation);
    if (outcome !== 'info') this.#free.push(operation.lane);
  }
}
