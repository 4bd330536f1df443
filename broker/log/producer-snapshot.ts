/**
 * `<offset>.snapshot` of a log: what the log remembered of idempotent producers before that offset, the last batch of each.
 *
 *     0 version int16 (1) · 2 crc uint32 (CRC-32C from 6 to the end) · 6 count int32 · then for each producer:
 *     producerId int64 · epoch int16 · lastSequence int32 · lastOffset int64 · offsetDelta int32 · timestamp int64 ·
 *     coordinatorEpoch int32 · currentTxnFirstOffset int64
 */
import { crc32c } from '../protocol/crc32c.js';
import { int16At, int32At, int64At, putInt32, putInt64 } from '../protocol/schema/big-endian.js';
import { type DiskProcedure, readWhole } from './disk-procedure.js';
import type { ProducerStateTable } from './producer-state-table.js';

const VERSION = 1;
const CRC_POSITION = 2;
const ENTRIES_POSITION = 6;
const ENTRY_BYTES = 46;
/** There are no transactions. */
const NO_COORDINATOR_EPOCH = -1;
const NO_TRANSACTION = -1;

export const SNAPSHOT_NAME = /^(\d{20})\.snapshot$/;

export function snapshotPath(directory: string, offset: number): string {
  return `${directory}/${String(offset).padStart(20, '0')}.snapshot`;
}

/** Adds the producers of the snapshot. False: it is missing or damaged. */
export function* readProducerSnapshot(path: string, producers: ProducerStateTable): DiskProcedure<boolean> {
  const bytes = yield* readWhole(path);
  if (bytes === null || !isIntact(bytes)) return false;
  decode(bytes, producers);
  return true;
}

export function encodeProducers(producers: ProducerStateTable): Uint8Array {
  const bytes = new Uint8Array(ENTRIES_POSITION + 4 + producers.size * ENTRY_BYTES);
  bytes[1] = VERSION;
  putInt32(bytes, ENTRIES_POSITION, producers.size);
  let at = ENTRIES_POSITION + 4;
  for (const { producerId, producerEpoch, batches } of producers) {
    const last = batches[batches.length - 1]!;
    putInt64(bytes, at, producerId);
    bytes[at + 8] = producerEpoch >>> 8;
    bytes[at + 9] = producerEpoch;
    putInt32(bytes, at + 10, last.lastSequence);
    putInt64(bytes, at + 14, last.lastOffset);
    putInt32(bytes, at + 22, last.lastOffset - last.baseOffset);
    putInt64(bytes, at + 26, last.timestamp);
    putInt32(bytes, at + 34, NO_COORDINATOR_EPOCH);
    putInt64(bytes, at + 38, NO_TRANSACTION);
    at += ENTRY_BYTES;
  }
  putInt32(bytes, CRC_POSITION, crc32c(bytes, ENTRIES_POSITION, bytes.length));
  return bytes;
}

function isIntact(bytes: Uint8Array): boolean {
  if (bytes.length < ENTRIES_POSITION + 4 || int16At(bytes, 0) !== VERSION) return false;
  if (bytes.length !== ENTRIES_POSITION + 4 + int32At(bytes, ENTRIES_POSITION) * ENTRY_BYTES) return false;
  return int32At(bytes, CRC_POSITION) >>> 0 === crc32c(bytes, ENTRIES_POSITION, bytes.length);
}

function decode(bytes: Uint8Array, producers: ProducerStateTable): void {
  for (let at = ENTRIES_POSITION + 4; at < bytes.length; at += ENTRY_BYTES) {
    const lastSequence = int32At(bytes, at + 10);
    const lastOffset = int64At(bytes, at + 14);
    const offsetDelta = int32At(bytes, at + 22);
    producers.restore(int64At(bytes, at), int16At(bytes, at + 8), {
      baseSequence: sequenceBefore(lastSequence, offsetDelta),
      lastSequence,
      baseOffset: lastOffset - offsetDelta,
      lastOffset,
      timestamp: int64At(bytes, at + 26),
    });
  }
}

/** Sequence numbers wrap from 2^31 − 1 to 0. */
function sequenceBefore(sequence: number, count: number): number {
  const before = sequence - count;
  return before >= 0 ? before : before + 2 ** 31;
}
