/**
 * The order within a producer session: when one session sent two values to one key, the first sent value must be at the lower
 * offset. Jepsen's `nonmonotonic-send` compares consecutive operations of one sequential process. A producer with several
 * requests in flight is several such processes, and only its session has the order of its sends.
 *
 * The time is linear in the history. Values must be unique per key. Not covered: gaps (an expired send legally leaves one).
 */
import type { Operation } from '../../history/operation.js';
import { INVOKE, OK, POLL, type QueueIndex, SEND } from '../queue/queue-index.js';
import type { Anomaly } from '../verdict.js';

export interface SendOrderOptions {
  /** The session of a process; null for processes that are not producers. */
  readonly sessionOf: (process: Operation['process']) => string | null;
  /** True: only acknowledged sends must be in order. Without idempotence a failed send may still be appended later. */
  readonly acknowledgedOnly: boolean;
}

/** The session of a process name: `p1#2/7` is slot 7 of the second session of p1. Null for a process without a session. */
export function sessionOfProcess(process: number | string): string | null {
  const at = typeof process === 'string' ? process.indexOf('/') : -1;
  return at < 0 ? null : (process as string).slice(0, at);
}

const WITNESSES_KEPT = 8;

/** Per key of one session: the value with the highest offset so far and the operation that sent it; -1: none yet. */
interface Lanes {
  readonly session: string;
  readonly value: Int32Array;
  readonly operation: Int32Array;
}

export function checkSendOrder(index: QueueIndex, options: SendOrderOptions): Anomaly | null {
  const { types, kinds, partner, processOf, writes } = index;
  const landed = landedOffsets(index);
  const lanesOf = lanesByProcess(index, options.sessionOf);
  const witnesses: Record<string, unknown>[] = [];
  let count = 0;
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] !== INVOKE || kinds[operation] !== SEND) continue;
    const lanes = lanesOf[processOf[operation]!]!;
    const completion = partner[operation]!;
    if (lanes === null || completion < 0) continue;
    if (options.acknowledgedOnly && types[completion] !== OK) continue;
    for (let group = writes.of[completion]!; group < writes.of[completion + 1]!; group++) {
      const key = writes.key[group]!;
      for (let entry = writes.start[group]!; entry < writes.start[group + 1]!; entry++) {
        const value = writes.value[entry]!;
        const last = lanes.value[key]!;
        if (landed[value]! < 0) continue;
        if (last < 0 || landed[value]! >= landed[last]!) {
          lanes.value[key] = value;
          lanes.operation[key] = operation;
          continue;
        }
        count++;
        if (witnesses.length < WITNESSES_KEPT)
          witnesses.push(describe(index, lanes, key, value, operation, landed));
      }
    }
  }
  return count === 0 ? null : { name: 'reordered-send', count, witnesses, allowed: false };
}

function describe(
  index: QueueIndex,
  lanes: Lanes,
  key: number,
  value: number,
  operation: number,
  landed: Float64Array,
): Record<string, unknown> {
  const last = lanes.value[key]!;
  return {
    session: lanes.session,
    key: index.keys[key],
    values: [index.values[last], index.values[value]],
    offsets: [index.shownOffset(landed[last]!), index.shownOffset(landed[value]!)],
    ops: [index.operationAt(lanes.operation[key]!).index, index.operationAt(operation).index],
  };
}

function lanesByProcess(
  { processes, keys }: QueueIndex,
  sessionOf: SendOrderOptions['sessionOf'],
): readonly (Lanes | null)[] {
  const bySession = new Map<string, Lanes>();
  return processes.map((process) => {
    const session = sessionOf(process);
    if (session === null) return null;
    let lanes = bySession.get(session);
    if (lanes === undefined) {
      const none = new Int32Array(keys.length).fill(-1);
      lanes = { session, value: none, operation: none.slice() };
      bySession.set(session, lanes);
    }
    return lanes;
  });
}

/** Per value: the lowest offset at which it was read; -1: never read. */
function landedOffsets({ types, kinds, values, reads }: QueueIndex): Float64Array {
  const landed = new Float64Array(values.length).fill(-1);
  for (let operation = 0; operation < types.length; operation++) {
    if (types[operation] !== OK || kinds[operation] !== POLL) continue;
    const end = reads.start[reads.of[operation + 1]!]!;
    for (let entry = reads.start[reads.of[operation]!]!; entry < end; entry++) {
      const value = reads.value[entry]!;
      const offset = reads.offset[entry]!;
      if (offset >= 0 && (landed[value]! < 0 || offset < landed[value]!)) landed[value] = offset;
    }
  }
  return landed;
}
