import { compressionTypeOf } from '../protocol/compression/compression-type.js';
import type { ErrorName } from '../protocol/errors.js';
import * as batch from '../protocol/record-batch.js';

const LENGTH_OVERHEAD = 12;
const BYTES_UP_TO_MAGIC = 17;
/** The smallest record of magic 0 without its offset and size, which Kafka demands of every batch. */
const RECORD_BYTES_MIN = 14;
const NONE = -1;
const CORRUPT = -2;
/** The first version in which producers may use zstd (KIP-110). */
const ZSTD_VERSION = 7;

/**
 * The error of records that a Produce request of `apiVersion` may not carry, whatever partition they are for: they are not exactly
 * one batch of magic 2 (ProduceRequest#validateRecords). Bytes of an incomplete second batch are ignored.
 */
export function shapeErrorOf(records: Uint8Array, apiVersion: number): ErrorName {
  const size = batchSizeAt(records, 0);
  if (size === CORRUPT) return 'CORRUPT_MESSAGE';
  if (size === NONE || batch.magic(records, 0) !== 2) return 'INVALID_RECORD';
  if (apiVersion < ZSTD_VERSION && size > 22 && compressionTypeOf(batch.attributes(records, 0)) === 'zstd')
    return 'UNSUPPORTED_COMPRESSION_TYPE';
  const second = batchSizeAt(records, size);
  if (second === CORRUPT) return 'CORRUPT_MESSAGE';
  return second === NONE ? 'NONE' : 'INVALID_RECORD';
}

/** ByteBufferLogInputStream#nextBatchSize. */
function batchSizeAt(bytes: Uint8Array, position: number): number {
  const remaining = bytes.length - position;
  if (remaining < LENGTH_OVERHEAD) return NONE;
  const size = batch.sizeInBytes(bytes, position);
  if (size < RECORD_BYTES_MIN + LENGTH_OVERHEAD) return CORRUPT;
  if (remaining < BYTES_UP_TO_MAGIC) return NONE;
  const magic = batch.magic(bytes, position);
  if (magic < 0 || magic > 2) return CORRUPT;
  return remaining < size ? NONE : size;
}

/** Kafka's message about a batch whose head cannot be read (ByteBufferLogInputStream#nextBatchSize); null: it can, or it is incomplete. */
export function corruptionOf(records: Uint8Array, position: number): string | null {
  if (batchSizeAt(records, position) !== CORRUPT) return null;
  const size = batch.sizeInBytes(records, position) - LENGTH_OVERHEAD;
  return size < RECORD_BYTES_MIN
    ? `Record size ${size} is less than the minimum record overhead (${RECORD_BYTES_MIN})`
    : `Invalid magic found in record: ${batch.magic(records, position)}`;
}
