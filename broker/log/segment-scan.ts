import * as batch from '../protocol/record-batch.js';
import { type DiskProcedure, demand } from './disk-procedure.js';

const WINDOW_BYTES = 64 * 1024;

/**
 * An interface for objects of a class instead of a closure. V8 drops the optimised code of a function that
 * no living closure shares, so a closure per scan is compiled again after every full collection.
 */
export interface BatchVisitor {
  /**
   * `bytes` hold the batch at `position`. The batch is at `filePosition` of its file. False ends the scan
   * before this batch.
   */
  visit(bytes: Uint8Array, position: number, filePosition: number): boolean;
}

/**
 * Reads the batches of a file one by one from `start`, in windows. The scan ends at `end`, at a visit that
 * returns false, or at the first bytes that are not a complete batch (the announced size is less than a
 * header or more than is left). Returns the file position where the scan ended.
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

/** How many bytes must be read to get the whole batch at `position`; 0: the file cannot hold it. */
function windowForBatch(bytes: Uint8Array, position: number, leftInFile: number): number {
  if (leftInFile < batch.BATCH_OVERHEAD) return 0;
  if (position + batch.BATCH_OVERHEAD > bytes.length) return batch.BATCH_OVERHEAD;
  const size = batch.sizeInBytes(bytes, position);
  return size < batch.BATCH_OVERHEAD || size > leftInFile ? 0 : size;
}
