import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type DiskProcedure, demand } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';
import { type BatchVisitor, scanBatches } from './segment-scan.js';

export interface StoredReadOptions {
  readonly segments: readonly LogSegment[];
  readonly rules: LogRules;
  readonly fromOffset: number;
  readonly maxBytes: number;
  /** Exclusive: only batches wholly below it are read. */
  readonly endOffset: number;
  readonly minOneBatch: boolean;
}

export interface StoredRead {
  readonly errorCode: ErrorName;
  readonly bytes: Uint8Array | null;
}

const NOTHING: StoredRead = { errorCode: 'NONE', bytes: null };
const CORRUPT: StoredRead = { errorCode: 'CORRUPT_MESSAGE', bytes: null };

/**
 * Whole batches from the files of a log, of one segment only, with the CRC of each verified. A batch with
 * bit rot ends the answer. If it is the first batch, the answer is CORRUPT_MESSAGE.
 */
export function* readStored(options: StoredReadOptions): DiskProcedure<StoredRead> {
  const { segments, fromOffset } = options;
  let index = segments.length - 1;
  while (index > 0 && segments[index]!.baseOffset > fromOffset) index--;
  for (; index < segments.length; index++) {
    const segment = segments[index]!;
    const size = segment.sizeBytes;
    const range = yield* findRange(segment, size, options);
    if (range === null) return NOTHING;
    if (range.start === size) continue;
    if (range.end === range.start) return range.malformed ? CORRUPT : NOTHING;
    const step = {
      kind: 'read',
      path: segment.logPath,
      position: range.start,
      lengthBytes: range.end - range.start,
    } as const;
    return intactPrefix((yield* demand(step)).bytes, options.rules);
  }
  return NOTHING;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly malformed: boolean;
}

/** File positions of the batches to read; null when the first of them lies at or above `endOffset`. */
function* findRange(
  segment: LogSegment,
  size: number,
  options: StoredReadOptions,
): DiskProcedure<Range | null> {
  const from = segment.offsetIndex.lookup(options.fromOffset - segment.baseOffset);
  const search = new RangeSearch(options);
  const stop = yield* scanBatches(segment.logPath, from, size, search);
  const { start, end, isBounded } = search;
  if (isBounded && end === start) return null;
  if (start < 0) return { start: stop, end: stop, malformed: stop < size };
  return { start, end, malformed: !isBounded && stop < size };
}

class RangeSearch implements BatchVisitor {
  /** −1: no batch of the range was found yet. */
  start = -1;
  end = -1;
  /** The read ended at a batch that does not belong to the answer. */
  isBounded = false;
  readonly #options: StoredReadOptions;

  constructor(options: StoredReadOptions) {
    this.#options = options;
  }

  visit(bytes: Uint8Array, position: number, filePosition: number): boolean {
    const { fromOffset, maxBytes, endOffset, minOneBatch } = this.#options;
    const lastOffset = batch.lastOffset(bytes, position);
    const isFirst = this.start < 0;
    if (isFirst && lastOffset < fromOffset) return true;
    const next = filePosition + batch.sizeInBytes(bytes, position);
    if (isFirst) this.start = this.end = filePosition;
    const isTooLarge = next - this.start > maxBytes && !(isFirst && minOneBatch);
    this.isBounded = lastOffset >= endOffset || isTooLarge;
    if (!this.isBounded) this.end = next;
    return !this.isBounded;
  }
}

function intactPrefix(bytes: Uint8Array, rules: LogRules): StoredRead {
  const verify = rules.verifiesChecksum({ occasion: 'stored-read' });
  let position = 0;
  while (batch.isBatchComplete(bytes, position) && (!verify || batch.isCrcValid(bytes, position))) {
    position += batch.sizeInBytes(bytes, position);
  }
  return position === 0 ? CORRUPT : { errorCode: 'NONE', bytes: bytes.subarray(0, position) };
}
