import { compress } from './compression/codec.js';
import { compressionTypeOf } from './compression/compression-type.js';
import { crc32c } from './crc32c.js';
import {
  attributes,
  BATCH_OVERHEAD,
  baseOffset,
  baseTimestamp,
  isLogAppendTime,
  maxTimestamp,
  type StoredRecord,
  sizeOfRecordBody,
  writeRecordBody,
} from './record-batch.js';
import { putInt32, putInt64 } from './schema/big-endian.js';
import { sizeOfVarint, writeVarint } from './varint.js';

/** Bit 6 of the attributes: `baseTimestamp` is the time when the tombstones of the batch may go (KIP-534). */
const HAS_DELETE_HORIZON = 0x40;
const COMPRESSION_BITS = 0x07;
/** As in Kafka a copy is compressed with the default level, whatever the topic says. */
const DEFAULT_LEVELS = { none: 0, gzip: -1, snappy: 0, lz4: 9, zstd: 3 } as const;

/** −1: the batch has none. */
export function deleteHorizonMillis(bytes: Uint8Array, position: number): number {
  return (attributes(bytes, position) & HAS_DELETE_HORIZON) === 0 ? -1 : baseTimestamp(bytes, position);
}

/**
 * The batch with some of its records alone (MemoryRecords#filterTo). The batch keeps its base offset, its last offset, its
 * producer's numbers, its leader epoch and its compression. `deleteHorizon` −1: none. Without records only the header is
 * left.
 */
export function withRecords(
  bytes: Uint8Array,
  position: number,
  records: readonly StoredRecord[],
  deleteHorizon: number,
): Uint8Array {
  const header = bytes.subarray(position, position + BATCH_OVERHEAD);
  const base = baseOffset(bytes, position);
  const appendTime = isLogAppendTime(bytes, position);
  const first =
    deleteHorizon >= 0 ? deleteHorizon : (records[0]?.timestamp ?? baseTimestamp(bytes, position));
  const body = bodyOf(records, base, first);
  const flags = attributes(bytes, position);
  const type = records.length === 0 ? 'none' : (compressionTypeOf(flags) ?? 'none');
  const stored = type === 'none' ? body : compress(body, { type, level: DEFAULT_LEVELS[type] });
  const batch = new Uint8Array(BATCH_OVERHEAD + stored.length);
  batch.set(header);
  batch.set(stored, BATCH_OVERHEAD);
  const kept = type === 'none' ? flags & ~COMPRESSION_BITS : flags;
  const marked = deleteHorizon >= 0 ? kept | HAS_DELETE_HORIZON : kept & ~HAS_DELETE_HORIZON;
  batch[21] = marked >>> 8;
  batch[22] = marked;
  putInt32(batch, 8, batch.length - 12);
  putInt64(batch, 27, first);
  const latest = records.reduce((max, { timestamp }) => Math.max(max, timestamp), -1);
  putInt64(batch, 35, appendTime || records.length === 0 ? maxTimestamp(bytes, position) : latest);
  putInt32(batch, 57, records.length);
  putInt32(batch, 17, crc32c(batch, 21, batch.length));
  return batch;
}

function bodyOf(records: readonly StoredRecord[], base: number, firstTimestamp: number): Uint8Array {
  let size = 0;
  for (const record of records) {
    const bodySize = sizeOfRecordBody(record, record.timestamp - firstTimestamp, record.offset - base);
    size += sizeOfVarint(bodySize) + bodySize;
  }
  const body = new Uint8Array(size);
  let position = 0;
  for (const record of records) {
    const delta = record.timestamp - firstTimestamp;
    const offsetDelta = record.offset - base;
    position = writeVarint(body, position, sizeOfRecordBody(record, delta, offsetDelta));
    position = writeRecordBody(body, position, record, delta, offsetDelta);
  }
  return body;
}
