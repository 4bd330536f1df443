/** One partition of a scripted cluster: a log of batches, its leader, and the producer state of leaders. */
import type { ErrorName } from '../../protocol/errors.js';
import * as batches from '../../protocol/record-batch.js';

export interface LoggedBatch {
  readonly bytes: Uint8Array;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordsCount: number;
}

const decoder = new TextDecoder();
const MAX_SEQUENCE = 0x7fff_ffff;

export class ScriptedPartition {
  readonly topic: string;
  readonly index: number;
  leaderId: number;
  leaderEpoch = 0;
  logStartOffset = 0;
  log: LoggedBatch[] = [];
  /** `max.message.bytes`. */
  maxMessageBytes = Number.POSITIVE_INFINITY;
  /** Below the log end only if a test sets it. */
  highWatermarkLag = 0;
  onAppend: (() => void) | null = null;

  constructor(topic: string, index: number, leaderId: number) {
    this.topic = topic;
    this.index = index;
    this.leaderId = leaderId;
  }

  get logEndOffset(): number {
    return (this.log[this.log.length - 1]?.lastOffset ?? this.logStartOffset - 1) + 1;
  }

  get highWatermark(): number {
    return this.logEndOffset - this.highWatermarkLag;
  }

  /** Every record's value, as text, in order. */
  values(): string[] {
    const values: string[] = [];
    for (const { bytes } of this.log) {
      batches.readRecords(
        bytes,
        0,
        ({ value }) => void values.push(value === null ? '' : decoder.decode(value)),
      );
    }
    return values;
  }

  /** A new leader, with the log unchanged or truncated to `offset` (a batch boundary), as in an unclean election. */
  elect(leaderId: number, truncateTo = this.logEndOffset): void {
    this.leaderId = leaderId;
    this.leaderEpoch += 1;
    this.log = this.log.filter(({ lastOffset }) => lastOffset < truncateTo);
  }

  fence(brokerId: number, currentLeaderEpoch: number): ErrorName {
    if (brokerId !== this.leaderId) return 'NOT_LEADER_OR_FOLLOWER';
    if (currentLeaderEpoch >= 0 && currentLeaderEpoch < this.leaderEpoch) return 'FENCED_LEADER_EPOCH';
    if (currentLeaderEpoch > this.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH';
    return 'NONE';
  }

  epochEnd(leaderEpoch: number): { readonly leaderEpoch: number; readonly endOffset: number } {
    if (leaderEpoch === this.leaderEpoch) return { leaderEpoch, endOffset: this.logEndOffset };
    const upTo = this.log.filter((batch) => batch.leaderEpoch <= leaderEpoch);
    const last = upTo[upTo.length - 1];
    if (last === undefined) return { leaderEpoch: -1, endOffset: -1 };
    return { leaderEpoch: last.leaderEpoch, endOffset: last.lastOffset + 1 };
  }

  /** The base offset, or the error. */
  append(brokerId: number, records: Uint8Array): number | ErrorName {
    if (brokerId !== this.leaderId) return 'NOT_LEADER_OR_FOLLOWER';
    if (records.length > this.maxMessageBytes) return 'MESSAGE_TOO_LARGE';
    if (!batches.isCrcValid(records, 0)) return 'CORRUPT_MESSAGE';
    const producerId = batches.producerId(records, 0);
    if (producerId >= 0) {
      const verdict = this.#checkSequence(records, producerId);
      if (verdict !== null) return verdict;
    }
    return this.appendUnchecked(records);
  }

  appendUnchecked(records: Uint8Array): number {
    const baseOffset = this.logEndOffset;
    const bytes = records.slice();
    batches.setBaseOffsetAndEpoch(bytes, 0, baseOffset, this.leaderEpoch);
    this.log.push({
      bytes,
      baseOffset,
      lastOffset: batches.lastOffset(bytes, 0),
      leaderEpoch: this.leaderEpoch,
      producerId: batches.producerId(bytes, 0),
      producerEpoch: batches.producerEpoch(bytes, 0),
      baseSequence: batches.baseSequence(bytes, 0),
      recordsCount: batches.recordsCount(bytes, 0),
    });
    this.onAppend?.();
    return baseOffset;
  }

  #checkSequence(records: Uint8Array, producerId: number): number | ErrorName | null {
    const epoch = batches.producerEpoch(records, 0);
    const sequence = batches.baseSequence(records, 0);
    const own = this.log.filter((batch) => batch.producerId === producerId);
    const last = own[own.length - 1];
    if (last === undefined) return null;
    if (epoch < last.producerEpoch) return 'INVALID_PRODUCER_EPOCH';
    if (epoch > last.producerEpoch) return sequence === 0 ? null : 'OUT_OF_ORDER_SEQUENCE_NUMBER';
    const same = own
      .slice(-5)
      .find((batch) => batch.producerEpoch === epoch && batch.baseSequence === sequence);
    if (same !== undefined) return same.baseOffset;
    const next = last.baseSequence + last.recordsCount;
    const expected = next > MAX_SEQUENCE ? next - MAX_SEQUENCE - 1 : next;
    if (sequence === expected) return null;
    return sequence < expected ? 'DUPLICATE_SEQUENCE_NUMBER' : 'OUT_OF_ORDER_SEQUENCE_NUMBER';
  }
}
