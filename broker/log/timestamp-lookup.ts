import * as batch from '../protocol/record-batch.js';
import type { DiskProcedure } from './disk-procedure.js';
import type { LogSegment } from './log-segment.js';
import { scanBatches } from './segment-scan.js';

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

/** The first record whose timestamp (ms) is at or after `timestamp`, below `endOffset`; null: there is none. */
export function* findTimestamp(
  segments: readonly LogSegment[],
  timestamp: number,
  endOffset: number,
): DiskProcedure<TimestampedOffset | null> {
  for (const segment of segments) {
    const from = segment.offsetIndex.lookup(segment.timeIndex.lookup(timestamp));
    const found: TimestampedOffset[] = [];
    yield* scanBatches(segment.logPath, from, segment.sizeBytes, (bytes, position) => {
      if (batch.maxTimestamp(bytes, position) < timestamp) return true;
      const leaderEpoch = batch.partitionLeaderEpoch(bytes, position);
      batch.readRecords(bytes, position, (record) => {
        if (record.timestamp >= timestamp) {
          found.push({ offset: record.offset, timestamp: record.timestamp, leaderEpoch });
        }
      });
      return found.length === 0;
    });
    const first = found[0];
    if (first !== undefined) return first.offset < endOffset ? first : null;
  }
  return null;
}
