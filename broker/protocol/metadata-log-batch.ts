/**
 * A batch of the metadata log `__cluster_metadata`, on disk and in Fetch: a record batch whose values are the metadata
 * records. A control record is in a control batch of its own. The offsets of the log have no gaps, because the log is
 * never compacted.
 */
import { type ControlRecord, decodeControlRecord, encodeControlRecord } from './control-records.js';
import { decodeMetadataRecord, encodeMetadataRecord, type MetadataRecord } from './metadata-records.js';
import {
  type BatchRecord,
  baseOffset,
  buildBatch,
  isBatchComplete,
  isControlBatch,
  isCrcValid,
  magic,
  partitionLeaderEpoch,
  readRecords,
  type StoredRecord,
  sizeInBytes,
} from './record-batch.js';
import { MalformedFrame } from './schema/malformed-frame.js';

/** The name and the id of the metadata log (org.apache.kafka.common.Uuid#METADATA_TOPIC_ID). */
export const METADATA_TOPIC = '__cluster_metadata';
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

export type LogRecord = MetadataRecord | ControlRecord;

/** Records of the metadata log that were appended together and are applied together. */
export interface MetadataBatch {
  /** The offset of the first record. */
  readonly baseOffset: number;
  /** The quorum epoch of the leader that appended the batch. */
  readonly leaderEpoch: number;
  readonly records: readonly LogRecord[];
}

export const endOffsetOf = (batch: MetadataBatch): number => batch.baseOffset + batch.records.length;

export const isControlRecord = (record: LogRecord | undefined): record is ControlRecord =>
  record?.type === 'LeaderChangeMessage';

const CONTROL = 0x20;

export function encodeMetadataBatch(batch: MetadataBatch, timestamp: number): Uint8Array {
  return buildBatch({
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.leaderEpoch,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    timestamp,
    records: batch.records.map(encoded),
    attributes: isControlRecord(batch.records[0]) ? CONTROL : 0,
  });
}

function encoded(record: LogRecord): BatchRecord {
  return isControlRecord(record)
    ? encodeControlRecord(record)
    : { key: null, value: encodeMetadataRecord(record) };
}

/** Consecutive batches. The last may be incomplete, because Fetch may cut it. */
export function decodeMetadataBatches(bytes: Uint8Array): readonly MetadataBatch[] | MalformedFrame {
  const found: MetadataBatch[] = [];
  for (let at = 0; isBatchComplete(bytes, at); at += sizeInBytes(bytes, at)) {
    const batch = decodeMetadataBatch(bytes, at);
    if (batch instanceof MalformedFrame) return batch;
    found.push(batch);
  }
  return found;
}

/** The whole batch at `position`. */
export function decodeMetadataBatch(bytes: Uint8Array, position: number): MetadataBatch | MalformedFrame {
  if (magic(bytes, position) !== 2 || !isCrcValid(bytes, position))
    return new MalformedFrame('a corrupt batch', position);
  const decode = isControlBatch(bytes, position) ? controlRecordOf : metadataRecordOf;
  const records: LogRecord[] = [];
  let failure: MalformedFrame | null = null;
  const isWhole = readRecords(bytes, position, (stored) => {
    const record = decode(stored, position);
    if (record instanceof MalformedFrame) failure ??= record;
    else records.push(record);
  });
  if (failure !== null) return failure;
  if (!isWhole) return new MalformedFrame('records that do not add up', position);
  return {
    baseOffset: baseOffset(bytes, position),
    leaderEpoch: partitionLeaderEpoch(bytes, position),
    records,
  };
}

function controlRecordOf({ key, value }: StoredRecord): ControlRecord | MalformedFrame {
  return decodeControlRecord(key, value);
}

function metadataRecordOf({ value }: StoredRecord, position: number): MetadataRecord | MalformedFrame {
  if (value === null) return new MalformedFrame('a record without a value', position);
  const decoded = decodeMetadataRecord(value);
  return decoded.ok ? decoded.value : decoded.error;
}
