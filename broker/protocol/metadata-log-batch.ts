/**
 * A batch of the metadata log in a Fetch response of `__cluster_metadata`: a record batch whose values are the
 * metadata records. The records of one batch are applied together.
 */
import { decodeLogRecord, encodeLogRecord, type LogRecord } from './log-records.js';
import {
  baseOffset,
  buildBatch,
  isBatchComplete,
  isControlBatch,
  isCrcValid,
  magic,
  partitionLeaderEpoch,
  readRecords,
  sizeInBytes,
} from './record-batch.js';
import { MalformedFrame } from './schema/malformed-frame.js';

/** The id of `__cluster_metadata` (org.apache.kafka.common.Uuid#METADATA_TOPIC_ID). */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

export interface LogBatch {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly records: readonly LogRecord[];
}

export function encodeLogBatch(batch: LogBatch, timestamp: number): Uint8Array {
  return buildBatch({
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.leaderEpoch,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp,
    records: batch.records.map((record) => ({ key: null, value: encodeLogRecord(record) })),
  });
}

/**
 * Consecutive batches. The last may be incomplete, because Fetch may cut it. Control batches contain no metadata
 * record.
 */
export function decodeLogBatches(bytes: Uint8Array): readonly LogBatch[] | MalformedFrame {
  const found: LogBatch[] = [];
  for (let at = 0; isBatchComplete(bytes, at); at += sizeInBytes(bytes, at)) {
    if (magic(bytes, at) !== 2 || !isCrcValid(bytes, at)) return new MalformedFrame('a corrupt batch', at);
    if (isControlBatch(bytes, at)) continue;
    const records = recordsAt(bytes, at);
    if (records instanceof MalformedFrame) return records;
    found.push({
      baseOffset: baseOffset(bytes, at),
      leaderEpoch: partitionLeaderEpoch(bytes, at),
      records,
    });
  }
  return found;
}

function recordsAt(bytes: Uint8Array, position: number): readonly LogRecord[] | MalformedFrame {
  const records: LogRecord[] = [];
  let failure: MalformedFrame | null = null;
  const isWhole = readRecords(bytes, position, ({ value }) => {
    const decoded = value === null ? null : decodeLogRecord(value);
    if (decoded?.ok === true) records.push(decoded.value);
    else failure ??= decoded?.error ?? new MalformedFrame('a record without a value', position);
  });
  if (!isWhole) return new MalformedFrame('records that do not add up', position);
  return failure ?? records;
}
