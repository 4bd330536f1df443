import * as batch from '../protocol/record-batch.js';
import type { DiskProcedure } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';
import { type BatchVisitor, scanBatches } from './segment-scan.js';

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

/** Asks for the record with the latest timestamp (KIP-734). */
const MAX_TIMESTAMP = -3;

/** The offsets that a search may find: from `startOffset`, below `endOffset`. */
export interface OffsetRange {
  readonly startOffset: number;
  readonly endOffset: number;
}

/**
 * The first record in the range whose timestamp (ms) is at or after `timestamp`; null: there is none. For
 * MAX_TIMESTAMP the first record with the latest timestamp of the log, if it is in the range.
 */
export function* findTimestamp(
  segments: readonly LogSegment[],
  timestamp: number,
  range: OffsetRange,
): DiskProcedure<TimestampedOffset | null> {
  if (timestamp === MAX_TIMESTAMP) return yield* findMaxTimestamp(segments, range);
  for (const segment of segments) {
    const from = segment.offsetIndex.lookup(segment.timeIndex.lookup(timestamp));
    const search = new TimestampSearch(timestamp, range.startOffset);
    yield* scanBatches(segment.logPath, from, segment.sizeBytes, search);
    if (search.found !== null) return search.found.offset < range.endOffset ? search.found : null;
  }
  return null;
}

function* findMaxTimestamp(
  segments: readonly LogSegment[],
  range: OffsetRange,
): DiskProcedure<TimestampedOffset | null> {
  const latest = new MaxTimestamp();
  for (const segment of segments) {
    if (segment.maxTimestamp <= latest.timestamp) continue;
    yield* scanBatches(segment.logPath, 0, segment.sizeBytes, latest);
  }
  if (latest.timestamp < 0) return null;
  return yield* findTimestamp(segments, latest.timestamp, range);
}

class MaxTimestamp implements BatchVisitor {
  timestamp = -1;

  visit(bytes: Uint8Array, position: number): boolean {
    this.timestamp = Math.max(this.timestamp, batch.maxTimestamp(bytes, position));
    return true;
  }
}

class TimestampSearch implements BatchVisitor {
  found: TimestampedOffset | null = null;
  readonly #timestamp: number;
  readonly #startOffset: number;

  constructor(timestamp: number, startOffset: number) {
    this.#timestamp = timestamp;
    this.#startOffset = startOffset;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    if (batch.maxTimestamp(bytes, position) < this.#timestamp) return true;
    if (batch.lastOffset(bytes, position) < this.#startOffset) return true;
    const leaderEpoch = batch.partitionLeaderEpoch(bytes, position);
    batch.readRecords(bytes, position, ({ offset, timestamp }) => {
      if (timestamp >= this.#timestamp && offset >= this.#startOffset)
        this.found ??= { offset, timestamp, leaderEpoch };
    });
    return this.found === null;
  }
}
