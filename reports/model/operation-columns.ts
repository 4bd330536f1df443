/** The operations as columns, grouped by process and sorted by start. Concurrent operations have different levels. */
import { type PairedOperation, polledRecords, type RecordReference, sentRecords } from './operations.js';
import { outcomes, type ProcessLane } from './timeline.js';

export interface OperationColumns {
  readonly processes: readonly ProcessLane[];
  readonly kinds: readonly string[];
  readonly keys: readonly string[];
  readonly errors: readonly string[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** The most levels of a lane. Further concurrent operations share the last level. */
const levelsMax = 8;
/** The most lanes. A history of another tool may have a new process after every crash: further processes share one lane. */
const lanesMax = 40;

export function buildOperationColumns(
  operations: readonly PairedOperation[],
  telling: ReadonlySet<PairedOperation>,
): OperationColumns {
  const kinds = new Table();
  const keys = new Table();
  const errors = new Table();
  const columns = emptyColumns();
  const processes = lanesOf(operations).map(([name, own]) => {
    const from = columns.operationStart.length;
    const busyUntil: number[] = [];
    for (const operation of own) {
      const record = firstRecord(operation);
      const error = operation.completion?.error;
      columns.operationStart.push(operation.startMicros);
      columns.operationDuration.push(operation.endMicros - operation.startMicros);
      columns.operationKind.push(kinds.indexOf(operation.f));
      columns.operationOutcome.push(outcomes.indexOf(operation.outcome));
      columns.operationTelling.push(telling.has(operation) ? 1 : 0);
      columns.operationIndex.push(operation.completion?.index ?? operation.invocation.index);
      columns.operationLevel.push(takeLevel(busyUntil, operation));
      columns.operationKey.push(record.first === undefined ? -1 : keys.indexOf(record.first.key));
      columns.operationOffset.push(record.first?.offset ?? -1);
      columns.operationRecords.push(record.count);
      columns.operationError.push(error === undefined ? -1 : errors.indexOf(error));
    }
    return { name, from, count: own.length, levels: Math.max(1, busyUntil.length) };
  });
  return { processes, kinds: kinds.names, keys: keys.names, errors: errors.names, columns };
}

function emptyColumns() {
  return {
    operationStart: [] as number[],
    operationDuration: [] as number[],
    operationKind: [] as number[],
    operationOutcome: [] as number[],
    operationTelling: [] as number[],
    operationIndex: [] as number[],
    operationLevel: [] as number[],
    operationKey: [] as number[],
    operationOffset: [] as number[],
    operationRecords: [] as number[],
    operationError: [] as number[],
  };
}

class Table {
  readonly names: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/**
 * A lane for each process; the slots and the lives of one client (`p1#2/7` is slot 7 of the second life of `p1`) share
 * the lane of that client.
 */
function lanesOf(operations: readonly PairedOperation[]): [string, PairedOperation[]][] {
  const groups = new Map<string, PairedOperation[]>();
  for (const operation of operations) {
    const lane = laneName(operation.process);
    const group = groups.get(lane);
    if (group === undefined) groups.set(lane, [operation]);
    else group.push(operation);
  }
  const collator = new Intl.Collator('en', { numeric: true });
  const lanes = [...groups].sort(
    ([a, first], [b, second]) => role(first) - role(second) || collator.compare(a, b) || (a < b ? -1 : 1),
  );
  if (lanes.length <= lanesMax) return lanes;
  const others = lanes.splice(lanesMax - 1).flatMap(([, own]) => own);
  others.sort((a, b) => a.startMicros - b.startMicros || a.invocation.index - b.invocation.index);
  return [...lanes, ['others', others]];
}

function laneName(process: string): string {
  return /^[^#/]+(?=[#/])/.exec(process)?.[0] ?? process;
}

/** Senders above readers. */
function role(operations: readonly PairedOperation[]): number {
  return operations.some(({ f }) => f === 'send' || f === 'txn') ? 0 : 1;
}

function takeLevel(busyUntil: number[], operation: PairedOperation): number {
  const free = busyUntil.findIndex((until) => until <= operation.startMicros);
  const level = free >= 0 ? free : Math.min(busyUntil.length, levelsMax - 1);
  busyUntil[level] = Math.max(busyUntil[level] ?? 0, operation.endMicros);
  return level;
}

function firstRecord({ invocation, completion }: PairedOperation): {
  first: RecordReference | undefined;
  count: number;
} {
  const value = completion?.value ?? invocation.value;
  const sent = sentRecords(value);
  const records = sent.length > 0 ? sent : polledRecords(value);
  return { first: records[0], count: records.length };
}
