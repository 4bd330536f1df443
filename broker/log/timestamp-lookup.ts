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

/**
 * The first record below `endOffset` whose timestamp (ms) is at or after `timestamp`; null: there is none. For
 * MAX_TIMESTAMP the first record with the latest timestamp of the log, if it is below `endOffset`.
 */
export function* findTimestamp(
  segments: readonly LogSegment[],
  timestamp: number,
  endOffset: number,
): DiskProcedure<TimestampedOffset | null> {
  if (timestamp === MAX_TIMESTAMP) return yield* findMaxTimestamp(segments, endOffset);
  for (const segment of segments) {
    const from = segment.offsetIndex.lookup(segment.timeIndex.lookup(timestamp));
    const search = new TimestampSearch(timestamp);
    yield* scanBatches(segment.logPath, from, segment.sizeBytes, search);
    if (search.found !== null) return search.found.offset < endOffset ? search.found : null;
  }
  return null;
}

function* findMaxTimestamp(
  segments: readonly LogSegment[],
  endOffset: number,
): DiskProcedure<TimestampedOffset | null> {
  const latest = new MaxTimestamp();
  for (const segment of segments) {
    if (segment.maxTimestamp <= latest.timestamp) continue;
    yield* scanBatches(segment.logPath, 0, segment.sizeBytes, latest);
  }
  if (latest.timestamp < 0) return null;
  return yield* findTimestamp(segments, latest.timestamp, endOffset);
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

  constructor(timestamp: number) {
    this.#timestamp = timestamp;
  }

  visit(bytes: Uint8Array, position: number): boolean {
    if (batch.maxTimestamp(bytes, position) < this.#timestamp) return true;
    const leaderEpoch = batch.partitionLeaderEpoch(bytes, position);
    batch.readRecords(bytes, position, ({ offset, timestamp }) => {
      if (timestamp >= this.#timestamp) this.found ??= { offset, timestamp, leaderEpoch };
    });
    return this.found === null;
  }
}
