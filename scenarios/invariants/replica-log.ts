import type { BatchSummary } from '../../broker/observer.js';
import type { BatchId, BatchTable } from './batch-table.js';
import { FollowerRecord } from './follower-record.js';

export type ReplicaRole = 'leader' | 'follower' | 'offline';

/** What happened to a host's disk; its effect on a log is known when the log is opened again. */
export interface DiskDamage {
  readonly cause: 'power-loss' | 'wiped-disk' | 'bit-rot';
  /** The host has registered again since: whoever admits it now must have looked at its log. */
  registeredSince: boolean;
}

/** Records that a replica had and no longer has after a start, and what took them. */
export interface TailLoss extends DiskDamage {
  readonly fromOffset: number;
  readonly timeMicros: number;
}

/**
 * What one replica holds, as its broker reported it; kept while the host is down, since that is what is on its disk as
 * far as anyone can know.
 */
export class ReplicaLog {
  readonly host: string;
  readonly batches: BatchId[] = [];
  /** As last reported in this term. */
  highWatermark = 0;
  /** The highest it reported of the log that it has, in any term. */
  toldHighWatermark = 0;
  /** Up to here the log was on disk, by its own account, and has not been cut since. */
  syncedEnd = 0;
  role: ReplicaRole = 'offline';
  leaderEpoch = -1;
  /** Since the log was last opened. */
  damage: DiskDamage | null = null;
  /** The loss not yet made good by being admitted to the ISR again. */
  tailLoss: TailLoss | null = null;
  /** As a leader: the members of the ISR that it reckons with, and in which epoch; null: it does not lead. */
  maximalIsr: { readonly hosts: readonly string[]; readonly leaderEpoch: number } | null = null;
  /** A permitted loss took records that this replica may still hold; it has not followed the new history yet. */
  unreconciled = false;
  /** So it was, until it was told of a cut that is not known to be on disk: a start may bring back what was cut. */
  unreconciledBeforeCut = false;
  /** Its log was opened since its host started. */
  isOpen = false;
  /** As a leader: where its log ended when its epoch began. */
  epochStartOffset = 0;
  /** As a leader: what its followers have fetched from it. */
  readonly followers: FollowerRecord[] = [];
  /** Since the log was last opened. */
  hasStorageError = false;
  /** Leading batches known to equal the committed log's. Invariant: ≤ batches.length, ≤ committed length. */
  agreedCount = 0;
  readonly #table: BatchTable;

  constructor(host: string, table: BatchTable) {
    this.host = host;
    this.#table = table;
  }

  get endOffset(): number {
    const last = this.batches[this.batches.length - 1];
    return last === undefined ? 0 : this.#table.lastOffset(last) + 1;
  }

  follower(host: string): FollowerRecord {
    for (const record of this.followers) if (record.follower === host) return record;
    const record = new FollowerRecord(host);
    this.followers.push(record);
    return record;
  }

  /** Removes every batch that reaches `offset` or beyond. */
  truncate(offset: number): void {
    const { batches } = this;
    if (this.unreconciled) this.unreconciledBeforeCut = true;
    this.unreconciled = false;
    while (this.endOffset > offset && batches.length > 0) batches.pop();
    if (this.toldHighWatermark > offset) this.toldHighWatermark = offset;
    if (this.syncedEnd > offset) this.syncedEnd = offset;
    if (this.agreedCount > batches.length) this.agreedCount = batches.length;
  }

  /** Replaces the content after a start; answers the first offset that is no longer held, or −1. */
  reopen(batches: readonly BatchSummary[]): number {
    const kept = this.#countKept(batches);
    const lost = this.batches[kept];
    const lostFrom = lost === undefined ? -1 : this.#table.baseOffset(lost);
    this.batches.length = kept;
    if (batches.length > kept && this.unreconciledBeforeCut) this.unreconciled = true;
    this.unreconciledBeforeCut = false;
    for (let index = kept; index < batches.length; index++)
      this.batches.push(this.#table.add(batches[index]!));
    if (this.agreedCount > kept) this.agreedCount = kept;
    if (lostFrom >= 0 && this.toldHighWatermark > lostFrom) this.toldHighWatermark = lostFrom;
    this.isOpen = true;
    this.role = 'offline';
    this.maximalIsr = null;
    this.hasStorageError = false;
    return lostFrom;
  }

  #countKept(batches: readonly BatchSummary[]): number {
    const isRotten = this.damage?.cause === 'bit-rot';
    const length = Math.min(batches.length, this.batches.length);
    for (let index = 0; index < length; index++) {
      const [held, batch] = [this.batches[index]!, batches[index]!];
      const isKept = isRotten ? this.#table.isUnderChecksum(held, batch) : this.#table.is(held, batch);
      if (!isKept) return index;
    }
    return length;
  }

  /** The epoch of the record at `offset`; −1 when it is not held. From the end: who asks has just appended. */
  epochAt(offset: number): number {
    const batches = this.batches;
    const table = this.#table;
    let at = batches.length - 1;
    while (at >= 0 && table.baseOffset(batches[at]!) > offset) at--;
    const batch = batches[at];
    return batch === undefined || table.lastOffset(batch) < offset ? -1 : table.leaderEpoch(batch);
  }

  /** The first offset at which this log and `other` part (exclusive end of the common prefix). */
  commonEnd(other: ReplicaLog): number {
    const length = Math.min(this.batches.length, other.batches.length);
    let low = 0;
    // Logs written under the rules share a prefix and nothing behind it (log matching), so the last agreeing batch can
    // be bisected; a log that breaks that is reported by the log-matching check, not here.
    let high = length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#table.areSame(this.batches[middle - 1]!, other.batches[middle - 1]!)) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? 0 : this.#table.lastOffset(this.batches[low - 1]!) + 1;
  }

  /** What survives of this log in that of its successor: all of it, or up to where the two part. */
  keptBy(successor: ReplicaLog): number {
    const common = this.commonEnd(successor);
    return common === this.endOffset ? successor.endOffset : common;
  }
}
