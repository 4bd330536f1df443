/**
 * The history of a simulated run while it grows: columns of numbers instead of an object for each operation. A run keeps
 * its whole history, and the garbage collector pays for objects again and again. Objects are made only on demand, for a
 * witness or a history file.
 *
 * An operation of any kind is a name and a list of rows. A row is a micro-operation of Jepsen's Kafka workload (a send, a
 * record of a poll, an offset to commit), a key of a list (assign, subscribe), or a part of the rebalance log. Names,
 * processes and keys are numbered. As in `History`, a process completes an operation before it invokes the next.
 */
import { COLLECTED, type ColumnMemory, Float64List, Int32List } from './growable.js';
import type { TapeVisitor } from './micro-operation-visitor.js';
import type { CompletionType, Operation, OperationType, RebalanceEvent } from './operation.js';

/** What a row is; with its key one number. */
const SEND_ASKED = 0;
const SEND_RESULT = 1;
const POLL_ASKED = 2;
/** A poll's answer begins; its records follow. */
const POLL_RESULT = 3;
const POLLED = 4;
const COMMIT = 5;
const LISTED_KEY = 6;
/** An event of the rebalance log begins; its keys follow. */
const REBALANCE = 7;
const REBALANCED_KEY = 8;
/** A record that an application processes. */
const PROCESSED = 9;

const NONE = -1;

const TYPES: readonly OperationType[] = ['invoke', 'ok', 'fail', 'info'];
const INVOKE = 0;

const TYPE_BITS = 2;
const TYPE_MASK = (1 << TYPE_BITS) - 1;
const ROW_KIND_BITS = 4;
const ROW_KIND_MASK = (1 << ROW_KIND_BITS) - 1;

const SEND = 0;
const POLL = 1;

export class HistoryTape {
  /** The memory of the columns, and of the columns that are derived from them. */
  readonly memory: ColumnMemory;
  readonly #processes: string[] = [];
  readonly #keys: string[] = [];
  /** Of operations and of rebalance events. They are few, and looking through them is quick. */
  readonly #names: string[] = ['send', 'poll'];
  readonly #times: Float64List;
  /** The process and type of each operation. */
  readonly #heads: Int32List;
  readonly #nameOf: Int32List;
  /** Where the rows of each operation begin; they end where those of the next one begin. */
  readonly #starts: Int32List;
  /** The key and kind of each row. */
  readonly #rows: Int32List;
  /** The value that was sent or polled; of a rebalance event its type. */
  readonly #values: Float64List;
  /** −1: not known. */
  readonly #offsets: Float64List;
  readonly #errors = new Map<number, string>();
  /** The kind of row that `record` writes. */
  #recordKind = SEND_ASKED;
  #hasRebalances = false;

  constructor(memory: ColumnMemory = COLLECTED) {
    this.memory = memory;
    this.#times = new Float64List(memory);
    this.#heads = new Int32List(memory);
    this.#nameOf = new Int32List(memory);
    this.#starts = new Int32List(memory);
    this.#rows = new Int32List(memory);
    this.#values = new Float64List(memory);
    this.#offsets = new Float64List(memory);
  }

  /** The number of invocations and completions so far. */
  get length(): number {
    return this.#heads.length;
  }

  /** All invocations and completions as objects, which each call creates anew. */
  get operations(): readonly Operation[] {
    return Array.from({ length: this.length }, (_, position) => this.operationAt(position));
  }

  /** Assigns a number to a process with a new name. */
  process(name: string): number {
    return this.#processes.push(name) - 1;
  }

  /** A number for a key. */
  key(name: string): number {
    return this.#keys.push(name) - 1;
  }

  /** The number of an operation's name (`txn`), or of a rebalance event's type. */
  name(text: string): number {
    const known = this.#names.indexOf(text);
    return known >= 0 ? known : this.#names.push(text) - 1;
  }

  /** Returns the invocation's number, for its completion. What the operation asks for follows, row by row. */
  invoke(time: number, process: number, name: number): number {
    return this.#begin(time, process, INVOKE, name);
  }

  /** What became of the operation follows, row by row. */
  complete(invocation: number, time: number, type: CompletionType, error?: string): void {
    const process = this.#heads.at(invocation) >> TYPE_BITS;
    const position = this.#begin(time, process, TYPES.indexOf(type), this.#nameOf.at(invocation));
    if (error !== undefined) this.#errors.set(position, error);
  }

  /** The records to send follow, through `record`. */
  invokeSend(time: number, process: number): number {
    this.#recordKind = SEND_ASKED;
    return this.#begin(time, process, INVOKE, SEND);
  }

  /** What became of each record follows, through `record`. */
  completeSend(invocation: number, time: number, type: CompletionType, error?: string): void {
    this.#recordKind = SEND_RESULT;
    this.complete(invocation, time, type, error);
  }

  invokePoll(time: number, process: number): number {
    const invocation = this.#begin(time, process, INVOKE, POLL);
    this.askPoll();
    return invocation;
  }

  /** The records that the poll returned follow, through `record`, in that order. */
  completePoll(invocation: number, time: number): void {
    this.#recordKind = POLLED;
    this.complete(invocation, time, 'ok');
    this.pollResult();
  }

  failPoll(invocation: number, time: number, type: 'fail' | 'info', error: string): void {
    this.complete(invocation, time, type, error);
    this.askPoll();
  }

  /** A record of the send or poll that began last. `offset` −1: not known. */
  record(key: number, value: number, offset: number): void {
    this.#row(this.#recordKind, key, value, offset);
  }

  askSend(key: number, value: number): void {
    this.#row(SEND_ASKED, key, value, NONE);
  }

  /** `offset` −1: not known. */
  sendResult(key: number, value: number, offset: number): void {
    this.#row(SEND_RESULT, key, value, offset);
  }

  askPoll(): void {
    this.#row(POLL_ASKED, NONE, NONE, NONE);
  }

  /** The records that the poll returned follow, through `polled`. */
  pollResult(): void {
    this.#row(POLL_RESULT, NONE, NONE, NONE);
  }

  polled(key: number, value: number, offset: number): void {
    this.#row(POLLED, key, value, offset);
  }

  /** An offset to commit, as asked for or as done: the next record of the key to consume. */
  commit(key: number, offset: number): void {
    this.#row(COMMIT, key, NONE, offset);
  }

  /** A record that an application processes, as asked for or as done. */
  processed(key: number, value: number, offset: number): void {
    this.#row(PROCESSED, key, value, offset);
  }

  /** A key of an operation whose value is a list of keys (assign, subscribe). */
  listKey(key: number): void {
    this.#row(LISTED_KEY, key, NONE, NONE);
  }

  /**
   * Keys came or went while the operation ran: they follow, through `rebalancedKey`. The rebalance log comes after the
   * micro-operations of a completion. `type` is the number of a name.
   */
  rebalance(type: number): void {
    this.#hasRebalances = true;
    this.#row(REBALANCE, NONE, type, NONE);
  }

  rebalancedKey(key: number): void {
    this.#row(REBALANCED_KEY, key, NONE, NONE);
  }

  timeAt(position: number): number {
    return this.#times.at(position);
  }

  typeAt(position: number): OperationType {
    return TYPES[this.#heads.at(position) & TYPE_MASK]!;
  }

  processAt(position: number): string {
    return this.#processes[this.#heads.at(position) >> TYPE_BITS]!;
  }

  nameAt(position: number): string {
    return this.#names[this.#nameOf.at(position)]!;
  }

  errorAt(position: number): string | undefined {
    return this.#errors.get(position);
  }

  /** Calls the visitor for each row of an operation. */
  visit(position: number, visitor: TapeVisitor): void {
    const end = this.#rowsEnd(position);
    let polledKey = NONE;
    for (let at = this.#starts.at(position); at < end; at++) {
      const row = this.#rows.at(at);
      const key = row >> ROW_KIND_BITS;
      switch (row & ROW_KIND_MASK) {
        case SEND_ASKED:
        case SEND_RESULT:
          visitor.send(this.#keys[key]!, this.#values.at(at), this.#offsets.at(at));
          break;
        case POLL_RESULT:
          polledKey = NONE;
          break;
        case POLLED:
          if (key !== polledKey) visitor.pollKey(this.#keys[key]!, true);
          visitor.pollRecord(this.#values.at(at), this.#offsets.at(at));
          polledKey = key;
          break;
        case COMMIT:
          visitor.commit(this.#keys[key]!, this.#offsets.at(at));
          break;
        case LISTED_KEY:
          visitor.listedKey(this.#keys[key]!);
          break;
        case REBALANCED_KEY:
          visitor.rebalancedKey(this.#keys[key]!);
          break;
        default:
      }
    }
  }

  /** The operation in the format of Jepsen's Kafka workload. */
  operationAt(position: number): Operation {
    if (this.memory.isReleased) throw new Error('a history was read after its run had ended');
    const error = this.#errors.get(position);
    const operation: Operation = {
      index: position,
      time: this.timeAt(position),
      process: this.processAt(position),
      type: this.typeAt(position),
      f: this.nameAt(position),
      value: this.#valueAt(position),
    };
    const rebalanceLog = this.#hasRebalances ? this.#rebalanceLogAt(position) : [];
    if (error === undefined && rebalanceLog.length === 0) return operation;
    return {
      ...operation,
      ...(error === undefined ? {} : { error }),
      ...(rebalanceLog.length === 0 ? {} : { rebalanceLog }),
    };
  }

  #begin(time: number, process: number, type: number, name: number): number {
    const position = this.#heads.length;
    this.#times.push(time);
    this.#heads.push((process << TYPE_BITS) | type);
    this.#nameOf.push(name);
    this.#starts.push(this.#rows.length);
    return position;
  }

  #row(kind: number, key: number, value: number, offset: number): void {
    this.#rows.push((key << ROW_KIND_BITS) | kind);
    this.#values.push(value);
    this.#offsets.push(offset);
  }

  #rowsEnd(position: number): number {
    return position + 1 < this.length ? this.#starts.at(position + 1) : this.#rows.length;
  }

  #valueAt(position: number): unknown {
    const value: unknown[] = [];
    let polled: Record<string, [number, number][]> = {};
    const end = this.#rowsEnd(position);
    for (let at = this.#starts.at(position); at < end; at++) {
      const row = this.#rows.at(at);
      const key = this.#keys[row >> ROW_KIND_BITS]!;
      const offset = this.#offsets.at(at);
      switch (row & ROW_KIND_MASK) {
        case SEND_ASKED:
          value.push(['send', key, this.#values.at(at)]);
          break;
        case SEND_RESULT:
          value.push(['send', key, [offset < 0 ? null : offset, this.#values.at(at)]]);
          break;
        case POLL_ASKED:
          value.push(['poll']);
          break;
        case POLL_RESULT:
          polled = {};
          value.push(['poll', polled]);
          break;
        case POLLED:
          polled[key] ??= [];
          polled[key].push([offset, this.#values.at(at)]);
          break;
        case COMMIT:
          value.push(['commit', key, offset]);
          break;
        case PROCESSED:
          value.push(['process', key, [offset, this.#values.at(at)]]);
          break;
        case LISTED_KEY:
          value.push(key);
          break;
        default:
      }
    }
    return value;
  }

  #rebalanceLogAt(position: number): readonly RebalanceEvent[] {
    const log: RebalanceEvent[] = [];
    let keys: string[] = [];
    const end = this.#rowsEnd(position);
    for (let at = this.#starts.at(position); at < end; at++) {
      const row = this.#rows.at(at);
      const kind = row & ROW_KIND_MASK;
      if (kind === REBALANCE) {
        keys = [];
        log.push({ type: this.#names[this.#values.at(at)]!, keys });
      } else if (kind === REBALANCED_KEY) keys.push(this.#keys[row >> ROW_KIND_BITS]!);
    }
    return log;
  }
}
