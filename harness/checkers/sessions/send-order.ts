/**
 * Order within a producer session: of two values that one session sent to one key, the one sent first lies at the
 * lower offset. Jepsen's `nonmonotonic-send` compares consecutive operations of one sequential process; a producer with
 * several requests in flight is many such processes at once, and only its session knows the order of sending (KIP-98).
 *
 * Linear in the history. Values must be unique per key. Not covered: gaps (an expired send leaves one, legally).
 */
import type { Key, Operation, OperationType, SendInvocation, Value } from '../../history/operation.js';
import type { Anomaly } from '../verdict.js';

export interface SendOrderOptions {
  /** The session that a process sends in, or null for processes that are no producers. */
  readonly sessionOf: (process: Operation['process']) => string | null;
  /** True: only acknowledged sends are bound to the order (no idempotence: a failed send may land later). */
  readonly acknowledgedOnly: boolean;
}

const WITNESSES_KEPT = 8;

export function checkSendOrder(operations: readonly Operation[], options: SendOrderOptions): Anomaly | null {
  const landed = landedOffsets(operations);
  const outcomes = options.acknowledgedOnly ? sendOutcomes(operations) : null;
  const lastOf = new Map<string, { offset: number; value: Value; index: number }>();
  const witnesses: Record<string, unknown>[] = [];
  let count = 0;
  for (const operation of operations) {
    if (operation.f !== 'send' || operation.type !== 'invoke') continue;
    const session = options.sessionOf(operation.process);
    if (session === null) continue;
    for (const [, key, value] of operation.value as readonly SendInvocation[]) {
      if (outcomes !== null && outcomes.get(key)?.get(value) !== 'ok') continue;
      const offset = landed.get(String(key))?.get(value);
      if (offset === undefined) continue;
      const lane = `${session} ${key}`;
      const last = lastOf.get(lane);
      if (last !== undefined && offset < last.offset) {
        count++;
        if (witnesses.length < WITNESSES_KEPT) {
          witnesses.push({
            session,
            key,
            values: [last.value, value],
            offsets: [last.offset, offset],
            ops: [last.index, operation.index],
          });
        }
        continue;
      }
      lastOf.set(lane, { offset, value, index: operation.index });
    }
  }
  return count === 0 ? null : { name: 'reordered-send', count, witnesses, allowed: false };
}

/** The first offset at which each value was read. */
function landedOffsets(operations: readonly Operation[]): Map<string, Map<Value, number>> {
  const landed = new Map<string, Map<Value, number>>();
  for (const operation of operations) {
    if (operation.f !== 'poll' || operation.type !== 'ok') continue;
    for (const [, polled] of operation.value as readonly [
      'poll',
      Record<string, readonly (readonly [number, Value])[]>,
    ][]) {
      for (const key in polled) {
        let offsets = landed.get(key);
        if (offsets === undefined) {
          offsets = new Map();
          landed.set(key, offsets);
        }
        for (const [offset, value] of polled[key]!) {
          const known = offsets.get(value);
          if (known === undefined || offset < known) offsets.set(value, offset);
        }
      }
    }
  }
  return landed;
}

function sendOutcomes(operations: readonly Operation[]): Map<Key, Map<Value, OperationType>> {
  const outcomes = new Map<Key, Map<Value, OperationType>>();
  for (const operation of operations) {
    if (operation.f !== 'send' || operation.type === 'invoke') continue;
    for (const [, key, sent] of operation.value as readonly (readonly [
      'send',
      Key,
      readonly [number | null, Value],
    ])[]) {
      let ofKey = outcomes.get(key);
      if (ofKey === undefined) {
        ofKey = new Map();
        outcomes.set(key, ofKey);
      }
      ofKey.set(sent[1], operation.type);
    }
  }
  return outcomes;
}
