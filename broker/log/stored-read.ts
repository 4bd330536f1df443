import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type DiskProcedure, demand } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';
import { scanBatches } from './segment-scan.js';

export interface StoredReadOptions {
  readonly segments: readonly LogSegment[];
  readonly rules: LogRules;
  readonly fromOffset: number;
  readonly maxBytes: number;
  /** Exclusive; only batches wholly below it are read. */
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
 * Whole batches from the files of a log, of one segment only, each with its CRC verified. A batch that rotted ends the
 * answer; when it is the first, the answer is CORRUPT_MESSAGE.
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
  const { fromOffset, maxBytes, endOffset } = options;
  let start = -1;
  let end = -1;
  let bounded = false;
  const from = segment.offsetIndex.lookup(fromOffset - segment.baseOffset);
  const stop = yield* scanBatches(segment.logPath, from, size, (bytes, position, filePosition) => {
    const lastOffset = batch.lastOffset(bytes, position);
    if (start < 0 && lastOffset < fromOffset) return true;
    const next = filePosition + batch.sizeInBytes(bytes, position);
    const first = start < 0;
    if (first) start = end = filePosition;
    const tooLarge = next - start > maxBytes && !(first && options.minOneBatch);
    if (lastOffset >= endOffset || tooLarge) {
      bounded = true;
      return false;
    }
    end = next;
    return true;
  });
  if (bounded && end === start) return null;
  if (start < 0) return { start: stop, end: stop, malformed: stop < size };
  return { start, end, malformed: !bounded && stop < size };
}

function intactPrefix(bytes: Uint8Array, rules: LogRules): StoredRead {
  const verify = rules.verifiesChecksum({ occasion: 'stored-read' });
  let position = 0;
  while (batch.isBatchComplete(bytes, position) && (!verify || batch.isCrcValid(bytes, position))) {
    position += batch.sizeInBytes(bytes, position);
  }
  return position === 0 ? CORRUPT : { errorCode: 'NONE', bytes: bytes.subarray(0, position) };
}
