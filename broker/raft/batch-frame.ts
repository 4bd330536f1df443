/**
 * One batch of the metadata log on disk. Big-endian:
 *
 *   0 magic u32 · 4 payload bytes u32 · 8 CRC-32C u32 of all that follows · 12 base offset u64 · 20 leader epoch u32 ·
 *   24 synced bytes u64 · 32 records u32 · 36 payload: the records as a JSON array, UTF-8
 *
 * The names and fields of the metadata records are Kafka's; this encoding is not. `syncedBytes` is the length of the file
 * that was known to be durable when the batch was written. It distinguishes a torn tail from rot (see scanBatches).
 */
import { crc32c } from '../protocol/crc32c.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import type { MetadataBatch } from './metadata-batch.js';

const MAGIC = 0x534d4c31;
const HEADER_BYTES = 36;
const CRC_START = 12;
const WORD = 2 ** 32;

interface BatchFrame {
  readonly batch: MetadataBatch;
  readonly syncedBytes: number;
  readonly sizeBytes: number;
}

export interface BatchScan {
  readonly batches: readonly MetadataBatch[];
  /** The end of the whole, valid and consecutive batches in the file. */
  readonly validBytes: number;
  /** Batches below this offset were known to be committed before the process ended. */
  readonly knownCommittedOffset: number;
  /** Bytes that had been synced are damaged. A crash cannot cause that. */
  readonly isCorrupt: boolean;
}

export function encodeBatch(batch: MetadataBatch, syncedBytes: number): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(batch.records));
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, payload.length);
  setUint64(view, 12, batch.baseOffset);
  view.setUint32(20, batch.leaderEpoch);
  setUint64(view, 24, syncedBytes);
  view.setUint32(32, batch.records.length);
  bytes.set(payload, HEADER_BYTES);
  view.setUint32(8, crc32c(bytes, CRC_START, bytes.length));
  return bytes;
}

/** The batch at `position`; null: there is no whole and valid batch. */
function decodeBatch(bytes: Uint8Array, position: number): BatchFrame | null {
  if (position + HEADER_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + position);
  if (view.getUint32(0) !== MAGIC) return null;
  const sizeBytes = HEADER_BYTES + view.getUint32(4);
  if (position + sizeBytes > bytes.length) return null;
  if (crc32c(bytes, position + CRC_START, position + sizeBytes) !== view.getUint32(8)) return null;
  const payload = bytes.subarray(position + HEADER_BYTES, position + sizeBytes);
  // The checksum proves that encodeBatch made these bytes from typed records.
  const records = JSON.parse(new TextDecoder().decode(payload)) as readonly MetadataRecord[];
  return {
    batch: { baseOffset: getUint64(view, 12), leaderEpoch: view.getUint32(20), records },
    syncedBytes: getUint64(view, 24),
    sizeBytes,
  };
}

/**
 * Reads batches up to the first that is not whole, not valid or not consecutive. The bytes after it may be truncated
 * if they were never synced, hence never committed: a crash tore them. If a valid later batch was written when the
 * damaged place was already durable, the damage is rot instead.
 */
export function scanBatches(bytes: Uint8Array): BatchScan {
  const batches: MetadataBatch[] = [];
  let position = 0;
  let nextOffset = 0;
  let syncedBytes = 0;
  const endOffsetAt = new Map([[0, 0]]);
  for (;;) {
    const frame = decodeBatch(bytes, position);
    if (frame === null || frame.batch.baseOffset !== nextOffset) break;
    batches.push(frame.batch);
    nextOffset += frame.batch.records.length;
    position += frame.sizeBytes;
    syncedBytes = Math.max(syncedBytes, frame.syncedBytes);
    endOffsetAt.set(position, nextOffset);
  }
  return {
    batches,
    validBytes: position,
    knownCommittedOffset: endOffsetAt.get(syncedBytes) ?? 0,
    isCorrupt: hasWitnessOfRot(bytes, position),
  };
}

function hasWitnessOfRot(bytes: Uint8Array, damagedAt: number): boolean {
  for (let position = damagedAt + 1; position + HEADER_BYTES <= bytes.length; position += 1) {
    if (bytes[position] !== MAGIC >>> 24) continue;
    const frame = decodeBatch(bytes, position);
    if (frame !== null && frame.syncedBytes > damagedAt) return true;
  }
  return false;
}

function setUint64(view: DataView, position: number, value: number): void {
  view.setUint32(position, Math.floor(value / WORD));
  view.setUint32(position + 4, value % WORD);
}

const getUint64 = (view: DataView, position: number): number =>
  view.getUint32(position) * WORD + view.getUint32(position + 4);
