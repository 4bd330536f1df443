/**
 * The files `<offset>.snapshot` of one log (ProducerStateManager). Each has what the log remembered of idempotent
 * producers before its offset. One is written at every roll, at the base offset of the new segment, and is deleted with
 * its segment. The batches of a log do not imply this state where retention or compaction has removed the last batch of
 * a producer.
 *
 * Kafka also writes a snapshot at a clean stop and reads only the batches after the newest one. Here a start and a
 * truncation read all batches, because a snapshot has one batch of each producer and the log has the last five. The
 * snapshot adds what the batches before its offset do not imply. A snapshot of Kafka's clean stop is read.
 */
import type { LogRules } from '../rules/log/index.js';
import { type DiskProcedure, demandIfPresent, writeWhole } from './disk-procedure.js';
import { encodeProducers, readProducerSnapshot, snapshotPath } from './producer-snapshot.js';
import { ProducerStateTable } from './producer-state-table.js';

export interface ProducerSnapshot {
  readonly offset: number;
  readonly producers: ProducerStateTable;
}

export class ProducerSnapshots {
  readonly #directory: string;
  readonly #rules: LogRules;
  /** Ascending. */
  #offsets: readonly number[];

  constructor(directory: string, rules: LogRules, offsets: readonly number[]) {
    this.#directory = directory;
    this.#rules = rules;
    this.#offsets = [...offsets].sort((a, b) => a - b);
  }

  has(offset: number): boolean {
    return this.#offsets.includes(offset);
  }

  /** Writes the snapshot without a sync. A power loss may leave a damaged file, which is recognised by its CRC. */
  *take(offset: number, producers: ProducerStateTable): DiskProcedure<void> {
    if (this.has(offset)) yield* this.#remove([offset]);
    yield* writeWhole(this.#path(offset), 0, encodeProducers(producers));
    this.#offsets = [...this.#offsets, offset].sort((a, b) => a - b);
  }

  *sync(offset: number): DiskProcedure<void> {
    if (this.has(offset)) yield* demandIfPresent({ kind: 'sync', path: this.#path(offset) });
  }

  /** The newest snapshot at or below `upTo` that is not damaged; null: there is none. Damaged ones are deleted, as in Kafka. */
  *readNewest(upTo: number): DiskProcedure<ProducerSnapshot | null> {
    for (const offset of this.#offsets.filter((each) => each <= upTo).reverse()) {
      const producers = new ProducerStateTable(this.#rules);
      if (yield* readProducerSnapshot(this.#path(offset), producers)) return { offset, producers };
      yield* this.#remove([offset]);
    }
    return null;
  }

  /** After a truncation. */
  *removeAbove(offset: number): DiskProcedure<void> {
    yield* this.#remove(this.#offsets.filter((each) => each > offset));
  }

  *removeAll(): DiskProcedure<void> {
    yield* this.#remove(this.#offsets);
  }

  /**
   * Removes the snapshots that belong to no segment, which an interrupted deletion leaves, except one above all segments:
   * that of a clean stop (removeStraySnapshots).
   */
  *removeStray(segmentBaseOffsets: readonly number[], logEndOffset: number): DiskProcedure<void> {
    const lastBaseOffset = segmentBaseOffsets[segmentBaseOffsets.length - 1] ?? 0;
    const newest = this.#offsets.filter((each) => each <= logEndOffset).pop() ?? -1;
    const stray = this.#offsets.filter((each) => {
      const isOfCleanStop = each === newest && each > lastBaseOffset;
      return !isOfCleanStop && !segmentBaseOffsets.includes(each);
    });
    yield* this.#remove(stray);
  }

  /** The files of the snapshots at these offsets, which the caller deletes with their segments. */
  giveUp(offsets: readonly number[]): readonly string[] {
    const given = this.#offsets.filter((each) => offsets.includes(each));
    this.#offsets = this.#offsets.filter((each) => !given.includes(each));
    return given.map((offset) => this.#path(offset));
  }

  *#remove(offsets: readonly number[]): DiskProcedure<void> {
    for (const path of this.giveUp(offsets)) yield* demandIfPresent({ kind: 'remove', path });
  }

  #path(offset: number): string {
    return snapshotPath(this.#directory, offset);
  }
}

/** Notes batches in offset order, and adds the snapshot between the batches below its offset and the others. */
export class ProducerReplay {
  readonly producers: ProducerStateTable;
  #snapshot: ProducerSnapshot | null;

  constructor(producers: ProducerStateTable, snapshot: ProducerSnapshot | null) {
    this.producers = producers;
    this.#snapshot = snapshot;
  }

  note(bytes: Uint8Array, position: number, baseOffset: number): void {
    if (this.#snapshot !== null && baseOffset >= this.#snapshot.offset) this.#addSnapshot(this.#snapshot);
    this.producers.note(bytes, position);
  }

  /** No batch follows. False: the log ends below the snapshot, so that the snapshot counts for nothing. */
  end(logEndOffset: number): boolean {
    if (this.#snapshot === null) return true;
    if (this.#snapshot.offset > logEndOffset) return false;
    this.#addSnapshot(this.#snapshot);
    return true;
  }

  #addSnapshot({ producers }: ProducerSnapshot): void {
    this.#snapshot = null;
    this.producers.addOlder(producers);
  }
}
