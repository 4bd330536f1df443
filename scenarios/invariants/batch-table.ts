/**
 * Every distinct batch that any replica was seen to hold, stored in columns. Logs are lists of numbers of this table.
 * Tens of thousands of small objects that live as long as the run would be copied by each garbage collection instead.
 */
import type { BatchSummary } from '../../broker/observer.js';
import { Float64List, Int32List } from '../../harness/history/growable.js';

/** The number of a batch in a table. */
export type BatchId = number;

export class BatchTable {
  readonly #baseOffsets = new Float64List();
  readonly #lastOffsets = new Float64List();
  readonly #leaderEpochs = new Int32List();
  /** As signed integers. */
  readonly #crcs = new Int32List();

  add({ baseOffset, lastOffset, leaderEpoch, crc }: BatchSummary): BatchId {
    this.#baseOffsets.push(baseOffset);
    this.#lastOffsets.push(lastOffset);
    this.#leaderEpochs.push(leaderEpoch);
    this.#crcs.push(crc | 0);
    return this.#crcs.length - 1;
  }

  get(id: BatchId): BatchSummary {
    return {
      baseOffset: this.#baseOffsets.at(id),
      lastOffset: this.#lastOffsets.at(id),
      leaderEpoch: this.#leaderEpochs.at(id),
      crc: this.#crcs.at(id) >>> 0,
    };
  }

  baseOffset(id: BatchId): number {
    return this.#baseOffsets.at(id);
  }

  lastOffset(id: BatchId): number {
    return this.#lastOffsets.at(id);
  }

  leaderEpoch(id: BatchId): number {
    return this.#leaderEpochs.at(id);
  }

  /** Batches that several replicas hold mostly have the same number. */
  areSame(left: BatchId, right: BatchId): boolean {
    return (
      left === right ||
      (this.#baseOffsets.at(left) === this.#baseOffsets.at(right) &&
        this.#lastOffsets.at(left) === this.#lastOffsets.at(right) &&
        this.#leaderEpochs.at(left) === this.#leaderEpochs.at(right) &&
        this.#crcs.at(left) === this.#crcs.at(right))
    );
  }

  is(id: BatchId, batch: BatchSummary): boolean {
    return this.#leaderEpochs.at(id) === batch.leaderEpoch && this.isUnderChecksum(id, batch);
  }

  /** Compaction keeps the last offset and the leader epoch of a batch, and may change its records. */
  endsLike(id: BatchId, batch: BatchSummary): boolean {
    return this.#lastOffsets.at(id) === batch.lastOffset && this.#leaderEpochs.at(id) === batch.leaderEpoch;
  }

  /** The CRC of a batch does not cover its leader epoch, so a bit flip there cannot be detected. */
  isUnderChecksum(id: BatchId, { baseOffset, lastOffset, crc }: BatchSummary): boolean {
    return (
      this.#baseOffsets.at(id) === baseOffset &&
      this.#lastOffsets.at(id) === lastOffset &&
      this.#crcs.at(id) === (crc | 0)
    );
  }
}
