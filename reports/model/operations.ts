/**
 * The history, paired: each invocation with its completion. A process does one thing at a time in Jepsen's histories; a
 * producer of ours may have several sends in flight, so a completion belongs to the oldest open invocation of its
 * process that asks for the same thing.
 */
import type { Operation } from '../../harness/history/operation.js';

export interface PairedOperation {
  readonly process: string;
  readonly f: string;
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly startMicros: number;
  /** The end of the run for an operation that never completed. */
  readonly endMicros: number;
  readonly invocation: Operation;
  /** Null: it was still open when the run ended; its outcome is `info`. */
  readonly completion: Operation | null;
}

export function pairOperations(operations: readonly Operation[], endMicros: number): PairedOperation[] {
  const open = new Map<string, Operation[]>();
  const paired: PairedOperation[] = [];
  for (const operation of operations) {
    const process = String(operation.process);
    const waiting = open.get(process) ?? [];
    if (operation.type === 'invoke') {
      waiting.push(operation);
      open.set(process, waiting);
      continue;
    }
    const invocation = takeInvocation(waiting, operation) ?? operation;
    paired.push(pair(process, invocation, operation, operation.time, operation.type));
  }
  for (const [process, waiting] of open) {
    for (const invocation of waiting) {
      paired.push(pair(process, invocation, null, Math.max(endMicros, invocation.time), 'info'));
    }
  }
  return paired.sort((a, b) => a.startMicros - b.startMicros || a.invocation.index - b.invocation.index);
}

function pair(
  process: string,
  invocation: Operation,
  completion: Operation | null,
  endMicros: number,
  outcome: PairedOperation['outcome'],
): PairedOperation {
  return {
    process,
    f: invocation.f,
    outcome,
    startMicros: invocation.time,
    endMicros,
    invocation,
    completion,
  };
}

function takeInvocation(waiting: Operation[], completion: Operation): Operation | undefined {
  const exact = waiting.length > 1 ? waiting.findIndex((invocation) => asksFor(invocation, completion)) : -1;
  const index = exact >= 0 ? exact : waiting.findIndex(({ f }) => f === completion.f);
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

function asksFor(invocation: Operation, completion: Operation): boolean {
  if (invocation.f !== completion.f) return false;
  if (completion.f !== 'send') return true;
  const asked = sentRecords(invocation.value)[0];
  const done = sentRecords(completion.value)[0];
  return asked?.key === done?.key && asked?.value === done?.value;
}

export interface RecordReference {
  readonly key: string;
  /** Null while it is not known. */
  readonly offset: number | null;
  readonly value: number | string;
}

/** The records of a send, asked or done. Anything of another shape yields nothing. */
export function sentRecords(value: unknown): RecordReference[] {
  const records: RecordReference[] = [];
  for (const step of steps(value)) {
    if (step[0] !== 'send' || step.length < 3) continue;
    const done = step[2];
    const [offset, sent] = Array.isArray(done) ? [done[0], done[1]] : [null, done];
    records.push({
      key: String(step[1]),
      offset: typeof offset === 'number' ? offset : null,
      value: asValue(sent),
    });
  }
  return records;
}

/** The records of a completed poll. */
export function polledRecords(value: unknown): RecordReference[] {
  const records: RecordReference[] = [];
  for (const step of steps(value)) {
    const found: unknown = step[1];
    if (step[0] !== 'poll' || typeof found !== 'object' || found === null) continue;
    for (const [key, pairs] of Object.entries(found)) {
      if (!Array.isArray(pairs)) continue;
      for (const one of pairs) {
        if (Array.isArray(one))
          records.push({ key, offset: typeof one[0] === 'number' ? one[0] : null, value: asValue(one[1]) });
      }
    }
  }
  return records;
}

/** One micro-operation alone or a list of them. */
function steps(value: unknown): readonly (readonly unknown[])[] {
  if (!Array.isArray(value)) return [];
  if (typeof value[0] === 'string') return [value];
  return value.filter((step) => Array.isArray(step));
}

export function asValue(value: unknown): number | string {
  return typeof value === 'number' || typeof value === 'string'
    ? value
    : (JSON.stringify(value) ?? 'undefined');
}
