/**
 * The history of a simulated run while it grows: columns of numbers instead of an object per operation. A run keeps
 * its whole history, and what is kept is what garbage collection pays for again and again; objects are made only for
 * who asks (a witness, a history file).
 *
 * Sends and polls are columns; what else happens (an assign) is kept as it is given. Processes and keys are named once
 * and then known by number. As in `History`, a process completes an operation before it invokes the next.
 */
import { COLLECTED, type ColumnMemory, Float64List, Int32List } from './growable.js';
import type { MicroOperationVisitor } from './micro-operation-visitor.js';
import type { CompletionType, Operation, OperationType } from './operation.js';

/** What an operation's value looks like; with its type and process one number. */
const OTHER = 0;
const SEND_ASKED = 1;
const SEND_DONE = 2;
const POLL_ASKED = 3;
const POLL_DONE = 4;

const TYPES: readonly OperationType[] = ['invoke', 'ok', 'fail', 'info'];
const INVOKE = 0;

const FORM_BITS = 3;
const TYPE_BITS = 2;
const FORM_MASK = (1 << FORM_BITS) - 1;
const TYPE_MASK = (1 << TYPE_BITS) - 1;

interface OtherOperation {
  readonly f: string;
  readonly value: unknown;
}

export class HistoryTape {
  /** Where its columns are kept, and what is made of them. */
  readonly memory: ColumnMemory;
  readonly #processes: string[] = [];
  readonly #keys: string[] = [];
  readonly #times: Float64List;
  /** Process, type and form of each operation. */
  readonly #heads: Int32List;
  /** Where the records of each operation begin; they end where those of the next begin. */
  readonly #starts: Int32List;
  readonly #recordKeys: Int32List;
  readonly #recordValues: Float64List;
  /** −1: not known. */
  readonly #recordOffsets: Float64List;
  readonly #others = new Map<number, OtherOperation>();
  readonly #errors = new Map<number, string>();

  constructor(memory: ColumnMemory = COLLECTED) {
    this.memory = memory;
    this.#times = new Float64List(memory);
    this.#heads = new Int32List(memory);
    this.#starts = new Int32List(memory);
    this.#recordKeys = new Int32List(memory);
    this.#recordValues = new Float64List(memory);
    this.#recordOffsets = new Float64List(memory);
  }

  /** Invocations and completions so far. */
  get length(): number {
    return this.#heads.length;
  }

  /** All of them as objects, made anew at each call. */
  get operations(): readonly Operation[] {
    return Array.from({ length: this.length }, (_, position) => this.operationAt(position));
  }

  /** A number for a process that has not been named before. */
  process(name: string): number {
    return this.#processes.push(name) - 1;
  }

  /** A number for a key that has not been named before. */
  key(name: string): number {
    return this.#keys.push(name) - 1;
  }

  /** Returns the invocation's number, for its completion. The records asked for follow, by `record`. */
  invokeSend(time: number, process: number): number {
    return this.#begin(time, process, INVOKE, SEND_ASKED);
  }

  /** What became of each record follows, by `record`. */
  completeSend(invocation: number, time: number, type: CompletionType, error?: string): void {
    this.#complete(invocation, time, type, SEND_DONE, error);
  }

  invokePoll(time: number, process: number): number {
    return this.#begin(time, process, INVOKE, POLL_ASKED);
  }

  /** The records handed out follow, by `record`, in that order. */
  completePoll(invocation: number, time: number): void {
    this.#complete(invocation, time, 'ok', POLL_DONE);
  }

  failPoll(invocation: number, time: number, type: 'fail' | 'info', error: string): void {
    this.#complete(invocation, time, type, POLL_ASKED, error);
  }

  /** A record of the operation begun last. `offset` −1: not known. */
  record(key: number, value: number, offset: number): void {
    this.#recordKeys.push(key);
    this.#recordValues.push(value);
    this.#recordOffsets.push(offset);
  }

  invokeOther(time: number, process: number, f: string, value: unknown): number {
    return this.#other(time, process, INVOKE, { f, value });
  }

  completeOther(invocation: number, time: number, type: CompletionType, value: unknown): void {
    const { f } = this.#others.get(invocation)!;
    this.#other(time, this.#processOf(invocation), TYPES.indexOf(type), { f, value });
  }

  timeAt(position: number): number {
    return this.#times.at(position);
  }

  typeAt(position: number): OperationType {
    return TYPES[(this.#heads.at(position) >> FORM_BITS) & TYPE_MASK]!;
  }

  processAt(position: number): string {
    return this.#processes[this.#processOf(position)]!;
  }

  /** What the operation is called; null for one that is kept as it was given. */
  columnNameAt(position: number): 'send' | 'poll' | null {
    const form = this.#heads.at(position) & FORM_MASK;
    if (form === OTHER) return null;
    return form === SEND_ASKED || form === SEND_DONE ? 'send' : 'poll';
  }

  errorAt(position: number): string | undefined {
    return this.#errors.get(position);
  }

  /** Tells the records of a send or poll. */
  visit(position: number, visitor: MicroOperationVisitor): void {
    const isSend = this.columnNameAt(position) === 'send';
    const end = this.#recordsEnd(position);
    let lastKey = -1;
    for (let at = this.#starts.at(position); at < end; at++) {
      const key = this.#recordKeys.at(at);
      const value = this.#recordValues.at(at);
      const offset = this.#recordOffsets.at(at);
      if (isSend) {
        visitor.send(this.#keys[key]!, value, offset);
        continue;
      }
      if (key !== lastKey) visitor.pollKey(this.#keys[key]!, true);
      visitor.pollRecord(value, offset);
      lastKey = key;
    }
  }

  /** In the shapes of Jepsen's Kafka workload. */
  operationAt(position: number): Operation {
    if (this.memory.isReleased) throw new Error('a history is looked at after its run was over');
    const error = this.#errors.get(position);
    const other = this.#others.get(position);
    const operation: Operation = {
      index: position,
      time: this.timeAt(position),
      process: this.processAt(position),
      type: this.typeAt(position),
      f: other?.f ?? this.columnNameAt(position)!,
      value: other === undefined ? this.#valueAt(position) : other.value,
    };
    return error === undefined ? operation : { ...operation, error };
  }

  #begin(time: number, process: number, type: number, form: number): number {
    const position = this.#heads.length;
    this.#times.push(time);
    this.#heads.push((((process << TYPE_BITS) | type) << FORM_BITS) | form);
    this.#starts.push(this.#recordKeys.length);
    return position;
  }

  #complete(invocation: number, time: number, type: CompletionType, form: number, error?: string): void {
    const position = this.#begin(time, this.#processOf(invocation), TYPES.indexOf(type), form);
    if (error !== undefined) this.#errors.set(position, error);
  }

  #other(time: number, process: number, type: number, other: OtherOperation): number {
    const position = this.#begin(time, process, type, OTHER);
    this.#others.set(position, other);
    return position;
  }

  #processOf(position: number): number {
    return this.#heads.at(position) >> (FORM_BITS + TYPE_BITS);
  }

  #recordsEnd(position: number): number {
    return position + 1 < this.length ? this.#starts.at(position + 1) : this.#recordKeys.length;
  }

  #valueAt(position: number): unknown {
    const form = this.#heads.at(position) & FORM_MASK;
    if (form === POLL_ASKED) return [['poll']];
    const sent: unknown[] = [];
    const polled: Record<string, [number, number][]> = {};
    const end = this.#recordsEnd(position);
    for (let at = this.#starts.at(position); at < end; at++) {
      const key = this.#keys[this.#recordKeys.at(at)]!;
      const value = this.#recordValues.at(at);
      const offset = this.#recordOffsets.at(at);
      if (form === SEND_ASKED) sent.push(['send', key, value]);
      else if (form === SEND_DONE) sent.push(['send', key, [offset < 0 ? null : offset, value]]);
      else {
        polled[key] ??= [];
        polled[key].push([offset, value]);
      }
    }
    return form === POLL_DONE ? [['poll', polled]] : sent;
  }
}
