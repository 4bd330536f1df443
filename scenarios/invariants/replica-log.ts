import type { BatchSummary } from '../../broker/observer.js';
import type { BatchId, BatchTable } from './batch-table.js';
import { FollowerRecord } from './follower-record.js';

export type ReplicaRole = 'leader' | 'follower' | 'offline';

/** What happened to a host's disk. Its effect on a log is known when the log is opened again. */
export interface DiskDamage {
  readonly cause: 'power-loss' | 'wiped-disk' | 'bit-rot';
  /** The host has registered again since. A leader that admits it after that must have looked at its log. */
  registeredSince: boolean;
}

/** Records that a replica had and lacks after a start, and the cause. */
export interface TailLoss extends DiskDamage {
  readonly fromOffset: number;
  readonly timeMicros: number;
}

/** The difference between a log that was opened and the one that its replica held before. */
export interface Reopened {
  /** −1: nothing is lost. */
  readonly lostFrom: number;
  readonly added: readonly BatchSummary[];
}

/**
 * The content of one replica, as its broker reported it. It is kept while the host is down, because as far as known
 * it is on the disk.
 */
export class ReplicaLog {
  readonly host: string;
  readonly batches: BatchId[] = [];
  /** The log begins here. The batches below are deleted; they stay in the model. */
  startOffset = 0;
  /** The highest log start offset of this log. The epochs below may be gone, even after a start at a lower offset. */
  trimmedStartOffset = 0;
  /** The log start offset that is on disk by the broker's report. */
  storedStartOffset = 0;
  /** The end of the segments that retention deleted last. */
  deletableEnd = 0;
  /** The last high watermark reported in this term. */
  highWatermark = 0;
  /** The highest high watermark reported for the present log, in any term. */
  toldHighWatermark = 0;
  /** The log below this offset was on disk by the broker's report and has not been truncated since. */
  syncedEnd = 0;
  role: ReplicaRole = 'offline';
  leaderEpoch = -1;
  /** The damage since the log was last opened. */
  damage: DiskDamage | null = null;
  /** The loss until the replica is admitted to the ISR again. */
  tailLoss: TailLoss | null = null;
  /** For a leader: the members of the ISR that it counts, and the leader epoch; null: the replica does not lead. */
  maximalIsr: { readonly hosts: readonly string[]; readonly leaderEpoch: number } | null = null;
  /**
   * A permitted loss removed records that this replica may still hold. The replica has not followed the new history
   * yet.
   */
  unreconciled = false;
  /**
   * The value of `unreconciled` before a truncation that is not known to be on disk. A start may bring back the
   * truncated records.
   */
  unreconciledBeforeCut = false;
  /** The log was opened since the host started. */
  isOpen = false;
  /** For a leader: the log end offset when its epoch began. */
  epochStartOffset = 0;
  /** For a leader: what its followers have fetched from it. */
  readonly followers: FollowerRecord[] = [];
  /** A storage error occurred since the log was last opened. */
  hasStorageError = false;
  /**
   * The number of leading batches known to equal the committed log's. Invariant: ≤ batches.length, ≤ committed
   * length.
   */
  agreedCount = 0;
  readonly #table: BatchTable;

  constructor(host: string, table: BatchTable) {
    this.host = host;
    this.#table = table;
  }

  get endOffset(): number {
    return Math.max(this.batchesEnd, this.startOffset);
  }

  /** The log may begin within the batch that is appended next. Until then this is the base offset of that batch. */
  get batchesEnd(): number {
    const last = this.batches[this.batches.length - 1];
    return last === undefined ? 0 : this.#table.lastOffset(last) + 1;
  }

  follower(host: string): FollowerRecord {
    for (const record of this.followers) if (record.follower === host) return record;
    const record = new FollowerRecord(host);
    this.followers.push(record);
    return record;
  }

  /** The log is empty and begins at `offset`. `deleted`: the committed batches below. */
  beginAt(offset: number, deleted: readonly BatchId[]): void {
    this.#adopted = null;
    this.batches.length = 0;
    for (const batch of deleted) this.batches.push(batch);
    this.agreedCount = deleted.length;
    this.startOffset = offset;
    this.trimmedStartOffset = offset;
    this.storedStartOffset = Math.min(offset, this.storedStartOffset);
  }

  /** Batches on the disk that are deleted next, and for which the committed ones stand: see `PartitionModel`. */
  #adopted: { readonly at: number; readonly count: number; readonly own: readonly BatchId[] } | null = null;

  /** `batches` stand for the `ownCount` batches from `at` on, until the log is opened again. */
  adopt(at: number, ownCount: number, batches: readonly BatchId[]): void {
    const own = this.batches.splice(at, ownCount, ...batches);
    const end = at + batches.length;
    const earlier = this.#adopted;
    if (earlier === null) this.#adopted = { at, count: batches.length, own };
    else {
      const between = this.batches.slice(earlier.at + earlier.count, at);
      const all = [...earlier.own, ...between, ...own];
      this.#adopted = { at: earlier.at, count: end - earlier.at, own: all };
    }
    this.agreedCount = end;
  }

  /** Below this offset committed batches stand for those on the disk; 0: nowhere. */
  get adoptedEnd(): number {
    const adopted = this.#adopted;
    const last = adopted === null ? undefined : this.batches[adopted.at + adopted.count - 1];
    return last === undefined ? 0 : this.#table.lastOffset(last) + 1;
  }

  #giveUpAdopted(): void {
    const adopted = this.#adopted;
    this.#adopted = null;
    if (adopted === null) return;
    const { at, count, own } = adopted;
    const end = at + count;
    if (this.batches.length < end) return;
    this.batches.splice(at, count, ...own);
    if (this.agreedCount > at) this.agreedCount = at;
  }

  /** Removes every batch that contains `offset` or a higher offset. */
  truncate(offset: number): void {
    const { batches } = this;
    if (this.unreconciled) this.unreconciledBeforeCut = true;
    this.unreconciled = false;
    while (this.batchesEnd > offset && batches.length > 0) batches.pop();
    if (this.toldHighWatermark > offset) this.toldHighWatermark = offset;
    if (this.syncedEnd > offset) this.syncedEnd = offset;
    if (this.agreedCount > batches.length) this.agreedCount = batches.length;
  }

  /**
   * Replaces the content after a start. The log begins at `startOffset`; the batches that it still holds may begin
   * earlier. The result: the first offset that is no longer held, or −1, and the batches that were not held before, which
   * the caller appends.
   */
  reopen(batches: readonly BatchSummary[], startOffset: number, compactedEnd: number): Reopened {
    this.#giveUpAdopted();
    const deleted = this.#countBelow(batches[0]?.baseOffset ?? startOffset);
    const { kept, opened } = this.#compare(batches, deleted, compactedEnd);
    const cut = startOffset > this.startOffset ? this.#countBelow(this.startOffset) : kept;
    const lost = this.batches[Math.min(cut, kept)];
    const lostFrom = lost === undefined ? -1 : Math.max(this.#table.baseOffset(lost), this.startOffset);
    this.startOffset = startOffset;
    this.batches.length = kept;
    if (batches.length > opened && this.unreconciledBeforeCut) this.unreconciled = true;
    this.unreconciledBeforeCut = false;
    if (this.agreedCount > kept) this.agreedCount = kept;
    if (lostFrom >= 0 && this.toldHighWatermark > lostFrom) this.toldHighWatermark = lostFrom;
    this.role = 'offline';
    this.maximalIsr = null;
    this.hasStorageError = false;
    return { lostFrom, added: batches.slice(opened) };
  }

  /** The number of leading batches that end below `offset`. */
  #countBelow(offset: number): number {
    if (offset === 0) return 0;
    let count = 0;
    while (count < this.batches.length && this.#table.lastOffset(this.batches[count]!) < offset) count++;
    return count;
  }

  /**
   * How many of the batches held are kept, after `deleted` ones, and how many of the opened batches these are. Compaction
   * below `compactedEnd` leaves out batches and changes others.
   */
  #compare(
    batches: readonly BatchSummary[],
    deleted: number,
    compactedEnd: number,
  ): { readonly kept: number; readonly opened: number } {
    const isRotten = this.damage?.cause === 'bit-rot';
    const table = this.#table;
    let kept = deleted;
    for (let opened = 0; opened < batches.length; opened++) {
      const batch = batches[opened]!;
      let at = kept;
      while (
        at < this.batches.length &&
        table.lastOffset(this.batches[at]!) < Math.min(batch.lastOffset, compactedEnd)
      )
        at++;
      const held = this.batches[at];
      if (held === undefined) return { kept, opened };
      const isSame = isRotten ? table.isUnderChecksum(held, batch) : table.is(held, batch);
      const isCompacted = batch.lastOffset < compactedEnd && table.endsLike(held, batch);
      if (!isSame && !isCompacted) return { kept, opened };
      kept = at + 1;
    }
    return { kept, opened: batches.length };
  }

  /**
   * The epoch of the record at `offset`; −1: not held. Searches from the end, because most queries follow an append.
   */
  epochAt(offset: number): number {
    const batches = this.batches;
    const table = this.#table;
    let at = batches.length - 1;
    while (at >= 0 && table.baseOffset(batches[at]!) > offset) at--;
    const batch = batches[at];
    return batch === undefined || table.lastOffset(batch) < offset ? -1 : table.leaderEpoch(batch);
  }

  /** The exclusive end of the common prefix of this log and `other`. */
  commonEnd(other: ReplicaLog): number {
    const length = Math.min(this.batches.length, other.batches.length);
    let low = 0;
    // Logs written under the rules share a prefix and nothing after it (log matching), so the last agreeing batch can
    // be found by bisection. A log that violates this is reported by the log-matching check, not here.
    let high = length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#table.areSame(this.batches[middle - 1]!, other.batches[middle - 1]!)) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? 0 : this.#table.lastOffset(this.batches[low - 1]!) + 1;
  }

  /** The end of the part of this log that its successor's log holds: all of it, or up to where the two diverge. */
  keptBy(successor: ReplicaLog): number {
    const common = this.commonEnd(successor);
    return common === this.endOffset ? successor.endOffset : common;
  }
}
