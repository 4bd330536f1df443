/**
 * Builds the QueueIndex in one pass over the history and one over what was sent. Operations of the nemesis are left
 * out. Invocations say what was asked, which proves nothing; only completions are taken apart. A completion without
 * a value stands for what was asked, outcome unknown.
 */

import type { Key, Operation, OperationType, Value } from '../../history/operation.js';
import { Float64List, Int32List } from './growable.js';
import { Interner } from './interner.js';
import { MalformedOperation } from './malformed-operation.js';
import { type MicroOperationVisitor, visitMicroOperations } from './micro-operations.js';
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
]);

const NO_REBALANCE: ReadonlyMap<number, ReadonlySet<number>> = new Map();

/** Throws MalformedOperation. */
export function indexHistory(history: Iterable<Operation>): QueueIndex {
  const builder = new IndexBuilder();
  let position = 0;
  for (const operation of history) builder.add(operation, position++);
  return builder.build();
}

class IndexBuilder implements MicroOperationVisitor {
  readonly #interner = new Interner();
  readonly #operations: Operation[] = [];
  readonly #types = new Int32List();
  readonly #kinds = new Int32List();
  readonly #processOf = new Int32List();
  readonly #processIds = new Map<number | string, number>();
  readonly #open: number[] = [];
  readonly #partner = new Int32List();
  readonly #reads = new GroupsBuilder();
  readonly #writes = new GroupsBuilder();
  readonly #strayValues = new Int32List();
  readonly #strayOffsets = new Float64List();
  readonly #assignedOf = new Int32List();
  readonly #assignedKeys = new Int32List();
  #rebalanced: Map<number, ReadonlySet<number>> | null = null;
  #kind = codes.OTHER;
  #type = codes.INVOKE;
  #pollKey = 0;

  add(operation: Operation, position: number): void {
    const { process } = operation;
    if (process === 'nemesis' || process === ':nemesis') return;
    const id = this.#operations.length;
    this.#operations.push(operation);
    this.#type = TYPES[operation.type];
    this.#kind = KINDS.get(operation.f) ?? codes.OTHER;
    this.#types.push(this.#type);
    this.#kinds.push(this.#kind);
    this.#pair(id, process);
    this.#assignedOf.push(this.#assignedKeys.length);
    if (this.#type !== codes.INVOKE && this.#kind !== codes.OTHER) this.#takeApart(operation, position, id);
    this.#reads.endOperation();
    this.#writes.endOperation();
  }

  #pair(id: number, process: number | string): void {
    let processId = this.#processIds.get(process);
    if (processId === undefined) {
      processId = this.#processIds.size;
      this.#processIds.set(process, processId);
      this.#open.push(-1);
    }
    this.#processOf.push(processId);
    const open = this.#open[processId]!;
    this.#partner.push(this.#type === codes.INVOKE ? -1 : open);
    if (this.#type !== codes.INVOKE && open >= 0) this.#partner.view()[open] = id;
    this.#open[processId] = this.#type === codes.INVOKE ? id : -1;
  }

  #takeApart(operation: Operation, position: number, id: number): void {
    const value = operation.value ?? this.#asked(id);
    const problem =
      this.#kind === codes.ASSIGN || this.#kind === codes.SUBSCRIBE
        ? this.#assign(value)
        : visitMicroOperations(value, this);
    if (problem !== null) throw new MalformedOperation(position, operation, problem);
    if (operation.rebalanceLog !== undefined) this.#rebalance(operation.rebalanceLog, id);
  }

  #asked(id: number): unknown {
    const invocation = this.#partner.view()[id]!;
    return invocation < 0 ? null : this.#operations[invocation]!.value;
  }

  #assign(value: unknown): string | null {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) return 'the value must be a list of keys';
    for (const key of value) {
      if (typeof key !== 'number' && typeof key !== 'string') return 'a key must be a number or a string';
      this.#assignedKeys.push(this.#interner.key(key));
    }
    return null;
  }

  #rebalance(log: NonNullable<Operation['rebalanceLog']>, id: number): void {
    const keys = new Set<number>();
    for (const event of log) for (const key of event.keys) keys.add(this.#interner.key(key));
    this.#rebalanced ??= new Map();
    this.#rebalanced.set(id, keys);
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
    if (this.#kind !== codes.SEND) this.#reads.add(this.#pollKey, valueId, offset);
    else this.#addStray(valueId, offset);
  }

  #addStray(valueId: number, offset: number): void {
    if (offset < 0) return;
    this.#strayValues.push(valueId);
    this.#strayOffsets.push(offset);
  }

  build(): QueueIndex {
    this.#assignedOf.push(this.#assignedKeys.length);
    const types = Uint8Array.from(this.#types.view());
    const reads = this.#reads.build();
    const writes = this.#writes.build();
    const byValue = attributeValues(types, reads, writes, this.#interner.values.length);
    return {
      operations: this.#operations,
      types,
      kinds: Uint8Array.from(this.#kinds.view()),
      processOf: this.#processOf.view(),
      partner: this.#partner.view(),
      processes: [...this.#processIds.keys()],
      keys: this.#interner.keys,
      values: this.#interner.values,
      valueKeys: Int32Array.from(this.#interner.valueKeys),
      reads,
      writes,
      stray: { value: this.#strayValues.view(), offset: this.#strayOffsets.view() },
      assigned: { of: this.#assignedOf.view(), key: this.#assignedKeys.view() },
      rebalanced: this.#rebalanced ?? NO_REBALANCE,
      ...byValue,
      committed: findCommitted(types, writes, byValue.marks),
    };
  }
}

/** Collects one operation at a time; entries of a key mentioned twice are brought together when it ends. */
class GroupsBuilder {
  readonly #of = new Int32List();
  readonly #key = new Int32List();
  readonly #start = new Int32List();
  readonly #value = new Int32List();
  readonly #offset = new Float64List();
  /** The current operation, as mentioned: runs of (key, first entry). */
  #runKeys: number[] = [];
  #runStarts: number[] = [];
  #values: number[] = [];
  #offsets: number[] = [];

  constructor() {
    this.#of.push(0);
  }

  touch(key: number): void {
    const runs = this.#runKeys.length;
    if (runs > 0 && this.#runKeys[runs - 1] === key) return;
    this.#runKeys.push(key);
    this.#runStarts.push(this.#values.length);
  }

  add(key: number, value: number, offset: number): void {
    this.touch(key);
    this.#values.push(value);
    this.#offsets.push(offset);
  }

  endOperation(): void {
    const runs = this.#runKeys.length;
    if (runs > 0) {
      if (runs === 1 || new Set(this.#runKeys).size === runs) {
        for (let run = 0; run < runs; run++) {
          this.#beginGroup(this.#runKeys[run]!);
          this.#copyRun(run);
        }
      } else this.#regroup();
      this.#runKeys = [];
      this.#runStarts = [];
      this.#values = [];
      this.#offsets = [];
    }
    this.#of.push(this.#key.length);
  }

  #regroup(): void {
    const runsByKey = new Map<number, number[]>();
    for (let run = 0; run < this.#runKeys.length; run++) {
      const key = this.#runKeys[run]!;
      const runs = runsByKey.get(key);
      if (runs === undefined) runsByKey.set(key, [run]);
      else runs.push(run);
    }
    for (const [key, runs] of runsByKey) {
      this.#beginGroup(key);
      for (const run of runs) this.#copyRun(run);
    }
  }

  #beginGroup(key: number): void {
    this.#key.push(key);
    this.#start.push(this.#value.length);
  }

  #copyRun(run: number): void {
    const end = this.#runStarts[run + 1] ?? this.#values.length;
    for (let entry = this.#runStarts[run]!; entry < end; entry++) {
      this.#value.push(this.#values[entry]!);
      this.#offset.push(this.#offsets[entry]!);
    }
  }

  build(): KeyGroups {
    this.#start.push(this.#value.length);
    return {
      of: this.#of.view(),
      key: this.#key.view(),
      start: this.#start.view(),
      value: this.#value.view(),
      offset: this.#offset.view(),
    };
  }
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
