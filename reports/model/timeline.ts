/**
 * What the timeline draws, computed once in Node: the small things as data (`TimelineModel`), the many things as columns
 * of numbers. Names are indexes into tables so that a hundred thousand operations stay small. Times: microseconds.
 */
export interface TimelineModel {
  readonly endMicros: number;
  readonly healedAtMicros: number;
  readonly focus: readonly [number, number];
  readonly hosts: readonly string[];
  readonly faults: readonly FaultBand[];
  /** Parallel to `hosts`. */
  readonly hostSpans: readonly (readonly HostSpan[])[];
  /** Most telling first. */
  readonly partitions: readonly PartitionLane[];
  /** Partitions the trace knows beyond those in `partitions`. */
  readonly partitionsLeftOut: number;
  readonly processes: readonly ProcessLane[];
  readonly operationKinds: readonly string[];
  readonly keys: readonly string[];
  readonly errors: readonly string[];
  readonly moments: readonly Moment[];
}

export interface FaultBand {
  /** Its place in the plan, from 1. */
  readonly number: number;
  readonly label: string;
  readonly startMicros: number;
  readonly endMicros: number;
}

export interface HostSpan {
  readonly state: 'up' | 'paused' | 'down';
  readonly startMicros: number;
  readonly endMicros: number;
}

export interface PartitionLane {
  readonly name: string;
  readonly telling: boolean;
  readonly replicaCount: number;
  readonly states: readonly PartitionState[];
  /** Where each replica's steps lie in the columns `logTime`, `logEnd`, `logHigh`. */
  readonly series: readonly { readonly host: number; readonly from: number; readonly count: number }[];
  readonly truncations: readonly Truncation[];
}

/** Lasts until the next one, or the end. `leader` is -1 when there is none. */
export interface PartitionState {
  readonly micros: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly unclean: boolean;
}

interface Truncation {
  readonly micros: number;
  readonly host: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export interface ProcessLane {
  readonly name: string;
  /** Where its operations lie in the operation columns. */
  readonly from: number;
  readonly count: number;
  /** Operations in flight at once, at most; each level is a row of its own within the lane. */
  readonly levels: number;
}

/** An instant that proves something; drawn through all lanes. */
export interface Moment {
  readonly micros: number;
  readonly text: string;
}

export const outcomes = ['ok', 'fail', 'info'] as const;

/** The many things. Operation columns are grouped by process, sorted by start; log columns by partition and replica. */
export interface TimelineColumns {
  readonly operationStart: Float64Array;
  readonly operationDuration: Float64Array;
  readonly operationKind: Float64Array;
  /** Index into `outcomes`. */
  readonly operationOutcome: Float64Array;
  /** 1 when a witness names it. */
  readonly operationTelling: Float64Array;
  readonly operationIndex: Float64Array;
  readonly operationLevel: Float64Array;
  /** Index into `keys`, of its first record; -1 without one. */
  readonly operationKey: Float64Array;
  /** Offset of its first record; -1 while unknown. */
  readonly operationOffset: Float64Array;
  readonly operationRecords: Float64Array;
  /** Index into `errors`; -1 without one. */
  readonly operationError: Float64Array;
  readonly logTime: Float64Array;
  readonly logEnd: Float64Array;
  readonly logHigh: Float64Array;
}

export type ColumnName = keyof TimelineColumns;

/** A packed column: its place in the packed bytes. */
export interface ColumnPlace {
  readonly name: ColumnName;
  readonly count: number;
  readonly position: number;
  readonly sizeBytes: number;
}
