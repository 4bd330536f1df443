/** The state of the run at one instant, for the readout. Pure, by binary search in the columns. */
import { lastAtMost } from '../model/search.js';
import {
  outcomes,
  type PartitionLane,
  type PartitionState,
  type TimelineColumns,
  type TimelineModel,
} from '../model/timeline.js';
import type { RunningEnds } from './running-ends.js';

export interface ReplicaAt {
  readonly host: number;
  readonly logEnd: number;
  readonly highWatermark: number;
}

export function partitionStateAt(lane: PartitionLane, micros: number): PartitionState | null {
  let found: PartitionState | null = null;
  for (const state of lane.states) {
    if (state.micros > micros) break;
    found = state;
  }
  return found;
}

export function replicasAt(lane: PartitionLane, columns: TimelineColumns, micros: number): ReplicaAt[] {
  return lane.series.flatMap(({ host, from, count }) => {
    const index = lastAtMost(columns.logTime, micros, from, from + count);
    return index < from
      ? []
      : [{ host, logEnd: columns.logEnd[index]!, highWatermark: columns.logHigh[index]! }];
  });
}

/** More operations than a reader can use: a bound on the work for each move of the pointer. */
const inFlightMax = 200;

/** Operations of one process in flight at the instant, the latest `countMax`. */
export function operationsAt(
  model: TimelineModel,
  columns: TimelineColumns,
  ends: RunningEnds,
  process: number,
  micros: number,
  countMax = inFlightMax,
): number[] {
  const { from, count } = model.processes[process]!;
  const last = lastAtMost(columns.operationStart, micros, from, from + count);
  const first = ends.firstReaching(micros, from, last + 1);
  const found: number[] = [];
  for (let index = last; index >= first && found.length < countMax; index--) {
    if (columns.operationStart[index]! + columns.operationDuration[index]! >= micros) found.push(index);
  }
  return found.reverse();
}

/** At most `room` of the operations: those that prove an anomaly first, then the latest. The result keeps their order. */
export function mostTelling(columns: TimelineColumns, operations: readonly number[], room: number): number[] {
  const rank = (index: number): number => (columns.operationTelling[index] === 1 ? 0 : 1);
  return operations
    .toSorted((a, b) => rank(a) - rank(b) || b - a)
    .slice(0, room)
    .sort((a, b) => a - b);
}

/** The operation of a process nearest to the instant within `reachMicros`; one that proves something goes first. */
export function nearestOperation(
  model: TimelineModel,
  columns: TimelineColumns,
  process: number,
  micros: number,
  reachMicros: number,
): number | null {
  const { from, count } = model.processes[process]!;
  const around = lastAtMost(columns.operationStart, micros, from, from + count);
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = Math.max(from, around - 24); index < Math.min(from + count, around + 24); index++) {
    const start = columns.operationStart[index]!;
    const distance = Math.max(0, start - micros, micros - (start + columns.operationDuration[index]!));
    if (distance > reachMicros) continue;
    const weighed = distance - (columns.operationTelling[index] === 1 ? reachMicros * 2 : 0);
    if (weighed < bestDistance) {
      best = index;
      bestDistance = weighed;
    }
  }
  return best;
}

/** `send orders-0, offset 112: ok, 2.3 ms`. */
export function operationText(model: TimelineModel, columns: TimelineColumns, index: number): string {
  const kind = model.operationKinds[columns.operationKind[index]!] ?? '';
  const key = model.keys[columns.operationKey[index]!];
  const offset = columns.operationOffset[index]!;
  const records = columns.operationRecords[index]!;
  const error = model.errors[columns.operationError[index]!];
  const place = key === undefined ? '' : ` ${key}${offset < 0 ? '' : `, offset ${offset}`}`;
  const more = records > 1 ? ` (${records} records)` : '';
  const outcome = outcomes[columns.operationOutcome[index]!] ?? 'info';
  return `${kind}${place}${more}: ${outcome}${error === undefined ? '' : ` ${error}`}`;
}
