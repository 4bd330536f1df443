/**
 * Recovery of the metadata log at a start. The voter writes one batch at a time: it writes a batch, syncs it, and only
 * then writes the next one. It also syncs what it recovered before it writes the first batch of its epoch. So if any
 * batch is intact, everything before it was durable when it was written.
 *
 * - Damage with no intact batch behind it is a torn tail: a crash interrupted the last write. It is truncated. Nothing
 *   in it was committed.
 * - Damage with an intact batch behind it was caused by the disk, not by a crash. Kafka would truncate here, and with
 *   it committed records. A sole voter has no other copy of them, so the log is corrupt and the process ends.
 */
import {
  decodeMetadataBatch,
  endOffsetOf,
  isControlRecord,
  type MetadataBatch,
} from '../protocol/metadata-log-batch.js';
import * as batch from '../protocol/record-batch.js';
import { MalformedFrame } from '../protocol/schema/malformed-frame.js';

export class LogRecovery {
  readonly batches: MetadataBatch[] = [];
  /** The end of the intact log so far. */
  endOffset = 0;
  /**
   * Batches below this offset were reported as committed by an earlier process. A batch other than the first one of its
   * epoch proves it: the process that wrote it had committed everything before it.
   */
  knownCommittedOffset = 0;
  #leaderEpoch = 0;

  /** Reads the next segment. Returns the end of its intact batches. */
  readSegment(bytes: Uint8Array): number {
    let position = 0;
    while (batch.isBatchComplete(bytes, position)) {
      const found = decodeMetadataBatch(bytes, position);
      if (found instanceof MalformedFrame || !this.#continues(found)) break;
      this.#add(found);
      position += batch.sizeInBytes(bytes, position);
    }
    return position;
  }

  /** Whether an intact batch, of this log or not, begins at `position` or later. */
  hasBatchFrom(bytes: Uint8Array, position: number): boolean {
    for (let at = position; at + batch.BATCH_OVERHEAD <= bytes.length; at += 1) {
      if (bytes[at + 16] === 2 && batch.isBatchComplete(bytes, at) && batch.isCrcValid(bytes, at))
        return true;
    }
    return false;
  }

  /**
   * Offset and epoch are not covered by the CRC. An epoch begins with a LeaderChangeMessage, so a changed epoch in any
   * other batch is damage.
   */
  #continues(found: MetadataBatch): boolean {
    if (found.baseOffset !== this.endOffset) return false;
    if (found.leaderEpoch === this.#leaderEpoch) return !isControlRecord(found.records[0]);
    return found.leaderEpoch > this.#leaderEpoch && isControlRecord(found.records[0]);
  }

  #add(found: MetadataBatch): void {
    if (found.leaderEpoch === this.#leaderEpoch) this.knownCommittedOffset = found.baseOffset;
    this.batches.push(found);
    this.endOffset = endOffsetOf(found);
    this.#leaderEpoch = found.leaderEpoch;
  }
}
