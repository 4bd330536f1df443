import type { ErrorName } from '../protocol/errors.js';

/** One record that was refused: its index in the batch, and the reason (KIP-467). */
export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

/** An append that was refused. */
export interface Refusal {
  readonly errorCode: Exclude<ErrorName, 'NONE'>;
  readonly message: string;
  /** Empty: the batch was refused as a whole. */
  readonly recordErrors: readonly RecordError[];
}

/**
 * A class, because each literal would begin with the small integers of V8's literal boilerplate, and V8 would convert
 * the object at its first use: time and offsets outgrow them.
 */
export class Appended {
  readonly errorCode = 'NONE';
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** −1: the timestamps are the producer's. */
  readonly logAppendTimeMs: number;
  /** The log already contained the batch at these offsets, and it was not written again. */
  readonly duplicate: boolean;

  constructor(baseOffset: number, lastOffset: number, logAppendTimeMs: number, duplicate: boolean) {
    this.baseOffset = baseOffset;
    this.lastOffset = lastOffset;
    this.logAppendTimeMs = logAppendTimeMs;
    this.duplicate = duplicate;
  }
}

export type AppendResult = Appended | Refusal;

const NO_RECORD_ERRORS: readonly RecordError[] = [];

export function refuse(errorCode: Exclude<ErrorName, 'NONE'>, message: string): Refusal {
  return { errorCode, message, recordErrors: NO_RECORD_ERRORS };
}

/** LogValidator#processRecordErrors. */
export function refuseRecords(hasTimestampError: boolean, recordErrors: readonly RecordError[]): Refusal {
  if (hasTimestampError) {
    const message = 'One or more records have been rejected due to invalid timestamp';
    return { errorCode: 'INVALID_TIMESTAMP', message, recordErrors };
  }
  const shown = recordErrors
    .slice(0, 3)
    .map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`);
  const message =
    `One or more records have been rejected due to ${recordErrors.length} record errors in total, ` +
    `and only showing the first three errors at most: [${shown.join(', ')}]`;
  return { errorCode: 'INVALID_RECORD', message, recordErrors };
}
