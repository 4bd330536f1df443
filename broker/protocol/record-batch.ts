import { type Compression, compress, decompress } from './compression/codec.js';
import { compressionIdOf, compressionTypeOf } from './compression/compression-type.js';
import { crc32c } from './crc32c.js';
import { int16At, int32At, int64At, putInt32, putInt64 } from './schema/big-endian.js';
import { allocate } from './slab.js';
import { sizeOfVarint, VarintReader, writeVarint } from './varint.js';

/**
 * Record batches, version (magic) 2, as Kafka stores and sends them (KIP-98; `DefaultRecordBatch`). Big-endian:
 *
 *     0 baseOffset int64 · 8 batchLength int32 (bytes after itself) · 12 partitionLeaderEpoch int32 · 16 magic int8
 *     17 crc uint32 (CRC-32C from 21 to the end) · 21 attributes int16 · 23 lastOffsetDelta int32
 *     27 baseTimestamp int64 · 35 maxTimestamp int64 · 43 producerId int64 · 51 producerEpoch int16
 *     53 baseSequence int32 · 57 recordsCount int32 · 61 records
 *
 * A record: length varint · attributes int8 · timestampDelta varlong · offsetDelta varint · key and value (varint
 * length, −1 for null) · headers (varint count; key and value each with a varint length).
 * The records may be compressed as a whole. The attributes: bits 0–2 the compression, bit 3 the timestamps are
 * LogAppendTime, bit 4 transactional, bit 5 control.
 * Accessors read straight from (bytes, position of the batch). 64-bit fields are numbers, safe integers by contract.
 * Not here: the older magics.
 */

/** Bytes of a batch before its first record. */
export const BATCH_OVERHEAD = 61;
/** The bytes before those that batchLength counts. */
const LENGTH_OVERHEAD = 12;
const COMPRESSION_BITS = 0x07;
const LOG_APPEND_TIME = 0x08;
/** The records of one batch, decompressed: as many as a request of `socket.request.max.bytes` could hold uncompressed. */
const DECOMPRESSED_BYTES_MAX = 104_857_600;

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface BatchRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since the Unix epoch; the batch's `timestamp` where absent. */
  readonly timestamp?: number;
}

export interface BatchContent {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  /** −1 (with epoch and sequence −1): the producer is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly timestamp: number;
  readonly records: readonly BatchRecord[];
  /** Bit 3 LogAppendTime, bit 4 transactional, bit 5 control; 0 where absent. */
  readonly attributes?: number;
  /** Where absent the records are not compressed. */
  readonly compression?: Compression;
}

export interface StoredRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

export const baseOffset = (bytes: Uint8Array, position: number): number => int64At(bytes, position);
/** The size of the whole batch in bytes, including its header. */
export const sizeInBytes = (bytes: Uint8Array, position: number): number =>
  int32At(bytes, position + 8) + LENGTH_OVERHEAD;
export const partitionLeaderEpoch = (bytes: Uint8Array, position: number): number =>
  int32At(bytes, position + 12);
export const magic = (bytes: Uint8Array, position: number): number => (bytes[position + 16]! << 24) >> 24;
export const crc = (bytes: Uint8Array, position: number): number => int32At(bytes, position + 17) >>> 0;
export const attributes = (bytes: Uint8Array, position: number): number => int16At(bytes, position + 21);
export const lastOffsetDelta = (bytes: Uint8Array, position: number): number => int32At(bytes, position + 23);
export const lastOffset = (bytes: Uint8Array, position: number): number =>
  int64At(bytes, position) + int32At(bytes, position + 23);
export const baseTimestamp = (bytes: Uint8Array, position: number): number => int64At(bytes, position + 27);
export const maxTimestamp = (bytes: Uint8Array, position: number): number => int64At(bytes, position + 35);
export const producerId = (bytes: Uint8Array, position: number): number => int64At(bytes, position + 43);
export const producerEpoch = (bytes: Uint8Array, position: number): number => int16At(bytes, position + 51);
export const baseSequence = (bytes: Uint8Array, position: number): number => int32At(bytes, position + 53);
export const recordsCount = (bytes: Uint8Array, position: number): number => int32At(bytes, position + 57);
export const isControlBatch = (bytes: Uint8Array, position: number): boolean =>
  (attributes(bytes, position) & 0x20) !== 0;

/** The timestamps of the records are the leader's time of the append, which is the batch's maximum. */
export const isLogAppendTime = (bytes: Uint8Array, position: number): boolean =>
  (attributes(bytes, position) & LOG_APPEND_TIME) !== 0;

/** Whether a whole batch with a plausible header is at `position`. Does not check the CRC. */
export function isBatchComplete(bytes: Uint8Array, position: number, end = bytes.length): boolean {
  if (position + BATCH_OVERHEAD > end) return false;
  const size = sizeInBytes(bytes, position);
  return size >= BATCH_OVERHEAD && position + size <= end;
}

/** Call only if `isBatchComplete`. */
export function isCrcValid(bytes: Uint8Array, position: number): boolean {
  return crc(bytes, position) === crc32c(bytes, position + 21, position + sizeInBytes(bytes, position));
}

/**
 * Whether the 64-bit fields of a batch are safe integers; others cannot be read exactly as numbers. A client's batch
 * may contain anything. Call only if `isBatchComplete`.
 */
export function hasSafeIntegers(bytes: Uint8Array, position: number): boolean {
  return (
    Number.isSafeInteger(int64At(bytes, position)) &&
    Number.isSafeInteger(int64At(bytes, position + 27)) &&
    Number.isSafeInteger(int64At(bytes, position + 35)) &&
    Number.isSafeInteger(int64At(bytes, position + 43))
  );
}

/** The leader sets both fields at the append; neither is covered by the CRC. */
export function setBaseOffsetAndEpoch(
  bytes: Uint8Array,
  position: number,
  offset: number,
  leaderEpoch: number,
): void {
  putInt64(bytes, position, offset);
  putInt32(bytes, position + 12, leaderEpoch);
}

/** Sets the latest timestamp and whether it is LogAppendTime, and the CRC, which covers both. */
export function setMaxTimestamp(
  bytes: Uint8Array,
  position: number,
  timestamp: number,
  logAppendTime: boolean,
): void {
  const flags = bytes[position + 22]!;
  bytes[position + 22] = logAppendTime ? flags | LOG_APPEND_TIME : flags & ~LOG_APPEND_TIME;
  putInt64(bytes, position + 35, timestamp);
  putInt32(bytes, position + 17, crc32c(bytes, position + 21, position + sizeInBytes(bytes, position)));
}

/** The positions of the complete batches, in order. Stops at the first incomplete batch. */
export function* batches(bytes: Uint8Array): Generator<number, void> {
  for (let position = 0; isBatchComplete(bytes, position); position += sizeInBytes(bytes, position))
    yield position;
}

const NO_HEADERS: readonly RecordHeader[] = [];
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

function sizeOfNullable(field: Uint8Array | null): number {
  return field === null ? 1 : sizeOfVarint(field.length) + field.length;
}

function writeNullable(bytes: Uint8Array, position: number, field: Uint8Array | null): number {
  if (field === null) return writeVarint(bytes, position, -1);
  position = writeVarint(bytes, position, field.length);
  bytes.set(field, position);
  return position + field.length;
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = sizeOfVarint(headers.length);
  for (const header of headers)
    size += sizeOfNullable(textEncoder.encode(header.key)) + sizeOfNullable(header.value);
  return size;
}

export function sizeOfRecordBody(record: BatchRecord, timestampDelta: number, offsetDelta: number): number {
  return (
    1 +
    sizeOfVarint(timestampDelta) +
    sizeOfVarint(offsetDelta) +
    sizeOfNullable(record.key) +
    sizeOfNullable(record.value) +
    (record.headers === undefined ? 1 : sizeOfHeaders(record.headers))
  );
}

export function writeRecordBody(
  bytes: Uint8Array,
  position: number,
  record: BatchRecord,
  timestampDelta: number,
  offsetDelta: number,
): number {
  bytes[position] = 0;
  position = writeVarint(bytes, position + 1, timestampDelta);
  position = writeVarint(bytes, position, offsetDelta);
  position = writeNullable(bytes, position, record.key);
  position = writeNullable(bytes, position, record.value);
  const headers = record.headers ?? NO_HEADERS;
  position = writeVarint(bytes, position, headers.length);
  for (const header of headers) {
    position = writeNullable(bytes, position, textEncoder.encode(header.key));
    position = writeNullable(bytes, position, header.value);
  }
  return position;
}

/** The size of one record in a batch, including its length prefix. The producer uses it to fill a batch. */
export function sizeOfRecord(record: BatchRecord, timestampDelta: number, offsetDelta: number): number {
  const body = sizeOfRecordBody(record, timestampDelta, offsetDelta);
  return sizeOfVarint(body) + body;
}

/** The end offset of whole batches whose offsets are set; 0: there is none. */
export function endOffsetOf(batches: Uint8Array): number {
  let last = -1;
  for (let position = 0; position < batches.length; position += sizeInBytes(batches, position))
    last = position;
  return last < 0 ? 0 : lastOffset(batches, last) + 1;
}

export function buildBatch(content: BatchContent): Uint8Array {
  const { records } = content;
  const first = records[0]?.timestamp ?? content.timestamp;
  let max = first;
  let size = BATCH_OVERHEAD;
  for (let index = 0; index < records.length; index++) {
    const record = records[index]!;
    const timestamp = record.timestamp ?? content.timestamp;
    if (timestamp > max) max = timestamp;
    size += sizeOfRecord(record, timestamp - first, index);
  }
  const bytes = allocate(size);
  putInt64(bytes, 0, content.baseOffset);
  putInt32(bytes, 8, size - LENGTH_OVERHEAD);
  putInt32(bytes, 12, content.leaderEpoch);
  bytes[16] = 2;
  const flags = content.attributes ?? 0;
  bytes[21] = flags >>> 8;
  bytes[22] = flags;
  putInt32(bytes, 23, records.length - 1);
  putInt64(bytes, 27, first);
  putInt64(bytes, 35, max);
  putInt64(bytes, 43, content.producerId);
  bytes[51] = content.producerEpoch >>> 8;
  bytes[52] = content.producerEpoch;
  putInt32(bytes, 53, content.baseSequence);
  putInt32(bytes, 57, records.length);
  let position = BATCH_OVERHEAD;
  for (let index = 0; index < records.length; index++) {
    const record = records[index]!;
    const delta = (record.timestamp ?? content.timestamp) - first;
    position = writeVarint(bytes, position, sizeOfRecordBody(record, delta, index));
    position = writeRecordBody(bytes, position, record, delta, index);
  }
  const batch = content.compression === undefined ? bytes : withCompressedRecords(bytes, content.compression);
  putInt32(batch, 17, crc32c(batch, 21, batch.length));
  return batch;
}

/** A copy of the batch with its records compressed; its CRC is not set. */
function withCompressedRecords(bytes: Uint8Array, compression: Compression): Uint8Array {
  if (compression.type === 'none') return bytes;
  const records = compress(bytes.subarray(BATCH_OVERHEAD), compression);
  const batch = new Uint8Array(BATCH_OVERHEAD + records.length);
  batch.set(bytes.subarray(0, BATCH_OVERHEAD));
  batch.set(records, BATCH_OVERHEAD);
  batch[22] = bytes[22]! | compressionIdOf(compression.type);
  putInt32(batch, 8, batch.length - LENGTH_OVERHEAD);
  return batch;
}

function readNullable(reader: VarintReader): Uint8Array | null {
  const length = reader.readVarint();
  return length < 0 ? null : reader.readBytes(length);
}

function readHeaders(reader: VarintReader): readonly RecordHeader[] {
  const count = reader.readVarint();
  if (count === 0) return NO_HEADERS;
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count && !reader.malformed; index++) {
    const key = readNullable(reader);
    headers.push({ key: key === null ? '' : textDecoder.decode(key), value: readNullable(reader) });
  }
  if (count < 0) reader.malformed = true;
  return headers;
}

/** The bytes of the batch's records and where they begin and end; compressed records are decompressed. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** null: the compression is unknown, or the records cannot be decompressed. */
export function recordBytes(bytes: Uint8Array, position: number): RecordBytes | null {
  const start = position + BATCH_OVERHEAD;
  const end = position + sizeInBytes(bytes, position);
  const flags = attributes(bytes, position);
  if ((flags & COMPRESSION_BITS) === 0) return { bytes, start, end };
  const type = compressionTypeOf(flags);
  const records = type === null ? null : decompress(bytes.subarray(start, end), type, DECOMPRESSED_BYTES_MAX);
  return records === null ? null : { bytes: records, start: 0, end: records.length };
}

/**
 * Visits the records of the batch at `position` in offset order; keys and values are views of `bytes`, or of the
 * decompressed records. Returns false when the records cannot be decompressed or are malformed (some may have been
 * visited).
 */
export function readRecords(
  bytes: Uint8Array,
  position: number,
  visit: (record: StoredRecord) => void,
): boolean {
  const records = recordBytes(bytes, position);
  if (records === null) return false;
  const reader = new VarintReader(records.bytes, records.start, records.end);
  const end = reader.end;
  const appendTime = isLogAppendTime(bytes, position) ? maxTimestamp(bytes, position) : null;
  const firstOffset = baseOffset(bytes, position);
  const firstTimestamp = baseTimestamp(bytes, position);
  const count = recordsCount(bytes, position);
  for (let index = 0; index < count; index++) {
    const length = reader.readVarint();
    const recordEnd = reader.position + length;
    if (reader.malformed || length < 0 || recordEnd > end) return false;
    reader.readByte();
    const createTime = firstTimestamp + reader.readVarint();
    const timestamp = appendTime ?? createTime;
    const offset = firstOffset + reader.readVarint();
    const key = readNullable(reader);
    const value = readNullable(reader);
    const headers = readHeaders(reader);
    if (reader.malformed || reader.position !== recordEnd) return false;
    visit({ offset, timestamp, key, value, headers });
  }
  return reader.position === end;
}

export interface DecodedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly crc: number;
  readonly attributes: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly records: readonly StoredRecord[];
}

/** The whole batch as plain data, for tools and tests; null: the bytes are not a valid batch. */
export function decodeBatch(bytes: Uint8Array, position: number): DecodedBatch | null {
  if (!isBatchComplete(bytes, position) || magic(bytes, position) !== 2 || !isCrcValid(bytes, position))
    return null;
  const records: StoredRecord[] = [];
  if (!readRecords(bytes, position, (record) => records.push(record))) return null;
  return {
    baseOffset: baseOffset(bytes, position),
    lastOffset: lastOffset(bytes, position),
    leaderEpoch: partitionLeaderEpoch(bytes, position),
    crc: crc(bytes, position),
    attributes: attributes(bytes, position),
    baseTimestamp: baseTimestamp(bytes, position),
    maxTimestamp: maxTimestamp(bytes, position),
    producerId: producerId(bytes, position),
    producerEpoch: producerEpoch(bytes, position),
    baseSequence: baseSequence(bytes, position),
    records,
  };
}
