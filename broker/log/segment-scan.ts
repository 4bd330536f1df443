import * as batch from '../protocol/record-batch.js';
import { type DiskProcedure, demand } from './disk-procedure.js';

const WINDOW_BYTES = 64 * 1024;

/**
 * Objects of a class, not closures: V8 drops the optimised code of a function that no living closure shares, so that a
 * closure per scan is compiled again after every full collection.
 */
export interface BatchVisitor {
  /** `bytes` hold the batch at `position`; it lies at `filePosition` of its file. False ends the scan before it. */
  visit(bytes: Uint8Array, position: number, filePosition: number): boolean;
}

/**
 * Reads the batches of a file one by one from `start`, in windows. Ends at `end`, where a visit says so, or at the first
 * bytes that are no complete batch (a head that announces less than a head, or more than is left). Returns the file
 * position where it ended.
 */
export function* scanBatches(
  path: string,
  start: number,
  end: number,
  visitor: BatchVisitor,
): DiskProcedure<number> {
  let at = start;
  let wanted = WINDOW_BYTES;
  while (at < end) {
    const lengthBytes = Math.min(wanted, end - at);
    const { bytes } = yield* demand({ kind: 'read', path, position: at, lengthBytes });
    let position = 0;
    while (batch.isBatchComplete(bytes, position)) {
      if (!visitor.visit(bytes, position, at + position)) return at + position;
      position += batch.sizeInBytes(bytes, position);
    }
    const nextWanted = windowForBatch(bytes, position, end - at - position);
    if (nextWanted === 0 || (position === 0 && bytes.length < lengthBytes)) return at + position;
    at += position;
    wanted = Math.max(WINDOW_BYTES, nextWanted);
  }
  return at;
}

/** How many bytes must be read to see the batch at `position` whole; 0 when the file cannot hold it. */
function windowForBatch(bytes: Uint8Array, position: number, leftInFile: number): number {
  if (leftInFile < batch.BATCH_OVERHEAD) return 0;
  if (position + batch.BATCH_OVERHEAD > bytes.length) return batch.BATCH_OVERHEAD;
  const size = batch.sizeInBytes(bytes, position);
  return size < batch.BATCH_OVERHEAD || size > leftInFile ? 0 : size;
}
