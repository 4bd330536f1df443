/** Record batches of a script: valid ones, and every kind of invalid one. */
import { crc32c } from '../../broker/protocol/crc32c.js';
import { type BatchRecord, buildBatch } from '../../broker/protocol/record-batch.js';
import type { Reference } from './script.js';

export interface ScriptedRecord {
  /** null: no key. */
  readonly key?: string | null;
  /** null: a tombstone. */
  readonly value?: string | null;
  readonly headers?: readonly (readonly [string, string | null])[];
  readonly timestamp?: number;
}

export interface ScriptedBatch {
  readonly $: 'batch';
  readonly records: readonly ScriptedRecord[];
  readonly producerId?: number | Reference;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly timestamp?: number;
  readonly attributes?: number;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  /** Fields that are overwritten afterwards. The CRC is calculated anew except for `crc`. */
  readonly magic?: number;
  readonly lengthDelta?: number;
  readonly lastOffsetDelta?: number;
  readonly recordsCount?: number;
  readonly baseTimestamp?: number;
  readonly maxTimestamp?: number;
  /** The byte at this position after the head of the batch is inverted. */
  readonly invertedByte?: number;
  /** The CRC is wrong. */
  readonly crc?: 'wrong';
  /** So many bytes are missing at the end. */
  readonly cutBytes?: number;
  /** So many zero bytes follow the batch. */
  readonly extraBytes?: number;
}

/** A point in time that both clusters accept: the middle of November 2023. */
export const BATCH_TIMESTAMP = 1_700_000_000_000;
const CRC_FROM = 21;
const HEAD_BYTES = 61;
const encoder = new TextEncoder();

export function batchBytes(batch: ScriptedBatch, resolve: (id: number | Reference) => number): Uint8Array {
  const timestamp = batch.timestamp ?? BATCH_TIMESTAMP;
  const built = buildBatch({
    baseOffset: batch.baseOffset ?? 0,
    leaderEpoch: batch.leaderEpoch ?? -1,
    producerId: resolve(batch.producerId ?? -1),
    producerEpoch: batch.producerEpoch ?? -1,
    baseSequence: batch.baseSequence ?? -1,
    timestamp,
    records: batch.records.map((record) => recordOf(record, timestamp)),
    attributes: batch.attributes ?? 0,
  });
  const bytes = new Uint8Array(built.length + (batch.extraBytes ?? 0));
  bytes.set(built);
  damage(bytes, built.length, batch);
  return bytes.subarray(0, Math.max(0, bytes.length - (batch.cutBytes ?? 0)));
}

function recordOf({ key = null, value = '', headers, timestamp }: ScriptedRecord, base: number): BatchRecord {
  return {
    key: key === null ? null : encoder.encode(key),
    value: value === null ? null : encoder.encode(value),
    timestamp: timestamp ?? base,
    headers: (headers ?? []).map(([name, text]) => ({
      key: name,
      value: text === null ? null : encoder.encode(text),
    })),
  };
}

function damage(bytes: Uint8Array, sizeBytes: number, batch: ScriptedBatch): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (batch.magic !== undefined) view.setInt8(16, batch.magic);
  if (batch.lengthDelta !== undefined) view.setInt32(8, view.getInt32(8) + batch.lengthDelta);
  if (batch.lastOffsetDelta !== undefined) view.setInt32(23, batch.lastOffsetDelta);
  if (batch.recordsCount !== undefined) view.setInt32(57, batch.recordsCount);
  if (batch.baseTimestamp !== undefined) view.setBigInt64(27, BigInt(batch.baseTimestamp));
  if (batch.maxTimestamp !== undefined) view.setBigInt64(35, BigInt(batch.maxTimestamp));
  if (batch.invertedByte !== undefined && HEAD_BYTES + batch.invertedByte < sizeBytes) {
    bytes[HEAD_BYTES + batch.invertedByte]! ^= 0xff;
  }
  const right = crc32c(bytes, CRC_FROM, sizeBytes);
  view.setUint32(17, batch.crc === 'wrong' ? (right ^ 1) >>> 0 : right);
}
