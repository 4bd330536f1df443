import type { ErrorName } from '../../protocol/errors.js';
import type { RecordHeader } from '../../protocol/record-batch.js';
import type { EpochEnd } from '../rules/leadership.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The offset of the next record to be consumed, with the leader epoch of the one before; −1: not known. */
export interface ConsumedOffset extends TopicPartition {
  readonly offset: number;
  readonly leaderEpoch: number;
}

/** Key and value are views of the response that carried the record. */
export interface ConsumerRecord {
  readonly topic: string;
  /** The topic that the record was fetched from. Another topic may have the name by now. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  /** The leader epoch of the record's batch. */
  readonly leaderEpoch: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** The name of the Java exception that `poll` throws, or the broker's error. */
type PollError =
  | 'WakeupException'
  | 'LogTruncationException'
  | 'NoOffsetForPartitionException'
  | 'OffsetOutOfRangeException'
  | ErrorName;

export interface PollFailure {
  readonly ok: false;
  readonly error: PollError;
  readonly topic: string;
  readonly partition: number;
  /** The position that the failure concerns; −1: none. */
  readonly offset: number;
  /**
   * LogTruncationException: the offset and epoch where the leader's log diverges from the records read, if
   * the leader knows them.
   */
  readonly divergence: EpochEnd | null;
}

/** A failure is reported once. The position stays, and the next poll tries again. */
export type PollResult = { readonly ok: true; readonly records: readonly ConsumerRecord[] } | PollFailure;
export type PollCallback = (result: PollResult) => void;
