/**
 * Builds the QueueIndex in one pass over the operations, which need not stay in memory, and one over the sent values.
 * Operations of the nemesis are left out. Invocations prove nothing, so only completions are indexed. A completion without a
 * value has the value of its invocation, with an unknown outcome.
 *
 * An invocation without a completion may still have taken effect. At the end of the history each gets a completion of type
 * `info`. This completion is not part of the history or of its counts, but it can be the writer of a value.
 */

import { COLLECTED, type ColumnMemory, Float64List, Int32List } from '../../history/growable.js';
import type { HistoryTape } from '../../history/history-tape.js';
import { type LineScanner, RECORD_EVENT, SEND_EVENT } from '../../history/line-scanner.js';
import type { TapeVisitor } from '../../history/micro-operation-visitor.js';
import type { Key, Operation, OperationType, Value } from '../../history/operation.js';
import { Interner } from './interner.js';
import { KeyGroupsBuilder } from './key-groups-builder.js';
import { LargeOffsets } from './large-offsets.js';
import { MalformedOperation } from './malformed-operation.js';
import { isScalar, type OffsetReader, visitMicroOperations, whatIsNeeded } from './micro-operations.js';
import type { KeyGroups, QueueIndex } from './queue-index.js';
import * as codes from './queue-index.js';

const TYPES: Readonly<Record<OperationType, number>> = {
  invoke: codes.INVOKE,
  ok: codes.OK,
  fail: codes.FAIL,
  info: codes.INFO,
};

const KINDS: ReadonlyMap<string, number> = new Map([
  ['send', codes.SEND],
  ['poll', codes.POLL],
  ['txn', codes.TXN],
  ['assign', codes.ASSIGN],
  ['subscribe', codes.SUBSCRIBE],
  ['commit', codes.COMMIT],
]);

const NAMES_SCANNED_MAX = 16;

const NO_REBALANCE: ReadonlyMap<number, ReadonlySet<number>> = new Map();

/** Returns an operation of the history by its position. */
export type OperationSource = (position: number) => Operation;

/** Throws MalformedOperation. */
export function indexHistory(history: Iterable<Operation>): QueueIndex {
  const operations = Array.isArray(history) ? (history as readonly Operation[]) : [...history];
  const source: OperationSource = (position) => operations[position]!;
  const indexer = new HistoryIndexer(source);
  for (const operation of operations) indexer.add(operation);
  return indexer.build();
}

/** Throws MalformedOperation. */
export function indexTape(tape: HistoryTape): QueueIndex {
  const indexer = new HistoryIndexer((position) => tape.operationAt(position), tape.memory);
  for (let position = 0; position < tape.length; position++) indexer.addTaped(tape, position);
  return indexer.build();
}

export class HistoryIndexer implements OffsetReader, TapeVisitor {
  readonly #source: OperationSource;
  readonly #memory: ColumnMemory;
  readonly #interner: Interner;
  readonly #positions: Int32List;
  readonly #types: Int32List;
  readonly #kinds: Int32List;
  readonly #times: Float64List;
  readonly #names: string[] = [];
  /** The numbers of all names after the first few. */
  readonly #laterNames = new Map<string, number>();
  /** Per name: its kind of operation. */
  readonly #kindOfName: number[] = [];
  readonly #nameOf: Int32List;
  readonly #processIds = new Map<number | string, number>();
  readonly #processOf: Int32List;
  readonly #open: number[] = [];
  readonly #partner: Int32List;
  readonly #reads: KeyGroupsBuilder;
  readonly #writes: KeyGroupsBuilder;
  readonly #strayValues: Int32List;
  readonly #strayOffsets: Float64List;
  readonly #assignedOf: Int32List;
  readonly #assignedKeys: Int32List;
  readonly #commitsOf: Int32List;
  readonly #commitKeys: Int32List;
  readonly #commitOffsets: Float64List;
  readonly #largeOffsets = new LargeOffsets();
  readonly #infoCauses = new Set<string>();
  #rebalanced: Map<number, Set<number>> | null = null;
  #position = 0;
  #kind = codes.OTHER;
  #type = codes.INVOKE;
  #pollKey = 0;

  constructor(source: OperationSource, memory: ColumnMemory = COLLECTED) {
    this.#source = source;
    this.#memory = memory;
    this.#interner = new Interner(memory);
    this.#positions = new Int32List(memory);
    this.#types = new Int32List(memory);
    this.#kinds = new Int32List(memory);
    this.#times = new Float64List(memory);
    this.#nameOf = new Int32List(memory);
    this.#processOf = new Int32List(memory);
    this.#partner = new Int32List(memory);
    this.#reads = new KeyGroupsBuilder(memory);
    this.#writes = new KeyGroupsBuilder(memory);
    this.#strayValues = new Int32List(memory);
    this.#strayOffsets = new Float64List(memory);
    this.#assignedOf = new Int32List(memory);
    this.#assignedKeys = new Int32List(memory);
    this.#commitsOf = new Int32List(memory);
    this.#commitKeys = new Int32List(memory);
    this.#commitOffsets = new Float64List(memory);
  }

  /** Throws MalformedOperation. */
  add(operation: Operation): void {
    const position = this.#position++;
    const { process, error } = operation;
    if (isNemesis(process)) return;
    if (operation.type === 'info' && error !== undefined) this.#infoCauses.add(error);
    this.#addAs(operation, position, TYPES[operation.type]);
  }

  /** Adds an operation from a scanned line. */
  addScanned(line: LineScanner): void {
    const position = this.#position++;
    const { process, error } = line;
    if (isNemesis(process)) return;
    if (line.type === 'info' && error !== undefined) this.#infoCauses.add(error);
    this.#begin(line.f, process, line.time, position, TYPES[line.type]);
    const { events, scalars, sent, offsets } = line;
    for (let at = 0; at < line.eventCount; at++) {
      const event = events[at]!;
      const scalar = scalars[at]!;
      if (event === RECORD_EVENT) this.pollRecord(scalar, offsets[at]!);
      else if (event === SEND_EVENT) this.send(scalar, sent[at]!, offsets[at]!);
      else this.pollKey(scalar, true);
    }
    this.#end();
  }

  /** Adds an operation from a tape. It must be the next operation of the tape. */
  addTaped(tape: HistoryTape, position: number): void {
    this.#position++;
    const type = tape.typeAt(position);
    const error = tape.errorAt(position);
    if (type === 'info' && error !== undefined) this.#infoCauses.add(error);
    this.#begin(
      tape.nameAt(position),
      tape.processAt(position),
      tape.timeAt(position),
      position,
      TYPES[type],
    );
    if (type !== 'invoke' && this.#kind !== codes.OTHER) tape.visit(position, this);
    this.#end();
  }

  #addAs(operation: Operation, position: number, type: number): void {
    const id = this.#begin(operation.f, operation.process, operation.time, position, type);
    if (type !== codes.INVOKE && this.#kind !== codes.OTHER) this.#takeApart(operation, position, id);
    this.#end();
  }

  #begin(f: string, process: number | string, time: number, position: number, type: number): number {
    const id = this.#types.length;
    this.#positions.push(position);
    this.#type = type;
    const name = this.#name(f);
    this.#kind = this.#kindOfName[name]!;
    this.#types.push(type);
    this.#kinds.push(this.#kind);
    this.#times.push(time);
    this.#nameOf.push(name);
    this.#pair(id, numberOf(this.#processIds, process), position);
    this.#assignedOf.push(this.#assignedKeys.length);
    this.#commitsOf.push(this.#commitKeys.length);
    return id;
  }

  /** The number of a name. A linear search is faster than a map for the first few names; the others are in a map. */
  #name(f: string): number {
    const names = this.#names;
    const scanned = Math.min(names.length, NAMES_SCANNED_MAX);
    for (let name = 0; name < scanned; name++) if (names[name] === f) return name;
    const known = names.length > scanned ? this.#laterNames.get(f) : undefined;
    if (known !== undefined) return known;
    this.#kindOfName.push(KINDS.get(f) ?? codes.OTHER);
    if (names.length >= NAMES_SCANNED_MAX) this.#laterNames.set(f, names.length);
    return names.push(f) - 1;
  }

  #end(): void {
    this.#reads.endOperation();
    this.#writes.endOperation();
  }

  /** Pairs invocation and completion. A process is sequential: it invokes nothing while its last invocation is open (as in Jepsen). */
  #pair(id: number, process: number, position: number): void {
    this.#processOf.push(process);
    const open = this.#open[process] ?? -1;
    if (this.#type === codes.INVOKE && open >= 0) this.#refuseSecondInvocation(open, position);
    this.#partner.push(this.#type === codes.INVOKE ? -1 : open);
    if (this.#type !== codes.INVOKE && open >= 0) this.#partner.set(open, id);
    this.#open[process] = this.#type === codes.INVOKE ? id : -1;
  }

  #refuseSecondInvocation(open: number, position: number): never {
    const first = this.#source(this.#positions.at(open));
    throw new MalformedOperation(
      position,
      this.#source(position),
      `process ${first.process} invokes this while its ${first.f} (index ${first.index}) is open; a process with several operations under way must be several processes`,
    );
  }

  #takeApart(operation: Operation, position: number, id: number): void {
    const value = operation.value ?? this.#asked(id);
    const problem =
      this.#kind === codes.ASSIGN || this.#kind === codes.SUBSCRIBE
        ? this.#assign(value)
        : visitMicroOperations(value, this);
    if (problem !== null) throw new MalformedOperation(position, operation, problem);
    for (const { keys } of operation.rebalanceLog ?? []) {
      for (const key of keys) this.rebalancedKey(key);
    }
  }

  #asked(id: number): unknown {
    const invocation = this.#partner.at(id);
    return invocation < 0 ? null : this.#source(this.#positions.at(invocation)).value;
  }

  #assign(value: unknown): string | null {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) return 'the value must be a list of keys';
    for (const key of value) {
      if (!isScalar(key)) return `a key must be ${whatIsNeeded(key)}`;
      this.listedKey(key);
    }
    return null;
  }

  listedKey(key: Key): void {
    this.#assignedKeys.push(this.#interner.key(key));
  }

  rebalancedKey(key: Key): void {
    const id = this.#types.length - 1;
    this.#rebalanced ??= new Map();
    let keys = this.#rebalanced.get(id);
    if (keys === undefined) {
      keys = new Set();
      this.#rebalanced.set(id, keys);
    }
    keys.add(this.#interner.key(key));
  }

  commit(key: Key, offset: number): void {
    this.#commitKeys.push(this.#interner.key(key));
    this.#commitOffsets.push(offset);
  }

  send(key: Key, value: Value, offset: number): void {
    const keyId = this.#interner.key(key);
    const valueId = this.#interner.value(keyId, value);
    if (this.#kind !== codes.POLL) this.#writes.add(keyId, valueId, offset);
    else if (this.#type === codes.OK) this.#addStray(valueId, offset);
  }

  pollKey(key: Key, isPropertyName: boolean): void {
    this.#pollKey =
      isPropertyName && typeof key === 'string' ? this.#interner.keyNamed(key) : this.#interner.key(key);
    if (this.#kind !== codes.SEND) this.#reads.touch(this.#pollKey);
  }

  pollRecord(value: Value, offset: number): void {
    const valueId = this.#interner.value(this.#pollKey, value);
    if (this.#kind !== codes.SEND) this.#reads.addToTouched(valueId, offset);
    else this.#addStray(valueId, offset);
  }

  offsetOf(offset: number | string): number | null {
    return typeof offset === 'string' ? this.#largeOffsets.read(offset) : this.#largeOffsets.ofNumber(offset);
  }

  #addStray(valueId: number, offset: number): void {
    if (offset === -1) return;
    this.#strayValues.push(valueId);
    this.#strayOffsets.push(offset);
  }

  /** Throws MalformedOperation: only now are the values of invocations without a completion read. */
  build(): QueueIndex {
    const operationCount = this.#types.length;
    this.#completeUnfinished(operationCount);
    this.#assignedOf.push(this.#assignedKeys.length);
    this.#commitsOf.push(this.#commitKeys.length);
    const types = new Uint8Array(this.#types.view());
    const reads = this.#reads.build();
    const writes = this.#writes.build();
    this.#largeOffsets.settle([
      reads.offset,
      writes.offset,
      this.#strayOffsets.view(),
      this.#commitOffsets.view(),
    ]);
    const { writer, firstReader, marks } = attributeValues(types, reads, writes, this.#interner.valueCount);
    const positions = this.#positions.view();
    return {
      memory: this.#memory,
      operationAt: (id) => this.#source(positions[id]!),
      operationCount,
      infoCauses: [...this.#infoCauses],
      types,
      kinds: new Uint8Array(this.#kinds.view()),
      times: this.#times.view(),
      names: this.#names,
      nameOf: this.#nameOf.view(),
      processOf: this.#processOf.view(),
      partner: this.#partner.view(),
      processes: [...this.#processIds.keys()],
      keys: this.#interner.keys,
      values: this.#interner.values,
      valueKeys: this.#interner.valueKeys(),
      reads,
      writes,
      shownOffset: (offset) => this.#largeOffsets.shown(offset),
      stray: { value: this.#strayValues.view(), offset: this.#strayOffsets.view() },
      assigned: { of: this.#assignedOf.view(), key: this.#assignedKeys.view() },
      rebalanced: this.#rebalanced ?? NO_REBALANCE,
      commits: {
        of: this.#commitsOf.view(),
        key: this.#commitKeys.view(),
        offset: this.#commitOffsets.view(),
      },
      writer,
      firstReader,
      marks,
      committed: findCommitted(types, writes, marks),
    };
  }

  #completeUnfinished(operationCount: number): void {
    for (let id = 0; id < operationCount; id++) {
      if (this.#types.at(id) !== codes.INVOKE || this.#partner.at(id) !== -1) continue;
      const kind = this.#kinds.at(id);
      if (kind !== codes.SEND && kind !== codes.TXN && kind !== codes.COMMIT) continue;
      const position = this.#positions.at(id);
      this.#open[this.#processOf.at(id)] = id;
      this.#addAs(this.#source(position), position, codes.INFO);
    }
  }
}

function isNemesis(process: number | string): boolean {
  return process === 'nemesis' || process === ':nemesis';
}

/** Assigns numbers in the order of first mention. */
function numberOf<T>(numbers: Map<T, number>, name: T): number {
  let number = numbers.get(name);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(name, number);
  }
  return number;
}

function attributeValues(types: Uint8Array, reads: KeyGroups, writes: KeyGroups, valueCount: number) {
  const writer = new Int32Array(valueCount).fill(-1);
  const firstReader = new Int32Array(valueCount).fill(-1);
  const marks = new Uint8Array(valueCount);
  const sentMark = [0, codes.SENT_OK, codes.SENT_FAIL, 0];
  for (let operation = 0; operation < types.length; operation++) {
    const type = types[operation]!;
    if (type === codes.INVOKE) continue;
    const writesEnd = writes.start[writes.of[operation + 1]!]!;
    for (let entry = writes.start[writes.of[operation]!]!; entry < writesEnd; entry++) {
      const value = writes.value[entry]!;
      writer[value] = operation;
      marks[value]! |= sentMark[type]!;
    }
    const readMark = type === codes.OK ? codes.READ_OK : 0;
    const readsEnd = reads.start[reads.of[operation + 1]!]!;
    for (let entry = reads.start[reads.of[operation]!]!; entry < readsEnd; entry++) {
      const value = reads.value[entry]!;
      if (firstReader[value] === -1) firstReader[value] = operation;
      marks[value]! |= readMark;
    }
  }
  return { writer, firstReader, marks };
}

function findCommitted(types: Uint8Array, writes: KeyGroups, marks: Uint8Array): Uint8Array {
  const committed = new Uint8Array(types.length);
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] === codes.OK) committed[operation] = 1;
    if (types[operation] !== codes.INFO) continue;
    const end = writes.start[writes.of[operation + 1]!]!;
    for (let entry = writes.start[writes.of[operation]!]!; entry < end; entry++) {
      if (marks[writes.value[entry]!]! & codes.READ_OK) committed[operation] = 1;
    }
  }
  return committed;
}
