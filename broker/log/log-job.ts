/** The changes of a log, which run one at a time. */
import type { LogStartReason } from '../observer.js';
import type { ErrorName } from '../protocol/errors.js';
import type { AppendResult } from './append-result.js';
import type { DiskProcedure } from './disk-procedure.js';

export type Done = (errorCode: ErrorName) => void;

export interface AppendJob {
  readonly kind: 'append';
  readonly records: Uint8Array;
  readonly role: 'leader' | 'follower';
  readonly leaderEpoch: number;
  readonly done: (result: AppendResult) => void;
}

export interface LogStartJob {
  readonly kind: 'log-start';
  readonly offset: number;
  readonly reason: LogStartReason;
  readonly highWatermark: () => number;
  readonly done: Done;
}

export interface ProcedureJob {
  readonly kind: 'procedure';
  readonly operation: 'sync' | 'truncate' | 'checkpoint' | 'delete';
  readonly start: () => DiskProcedure<void>;
  readonly done: Done;
}

export type Job = AppendJob | ProcedureJob | LogStartJob;
