import type { ErrorName } from '../../protocol/errors.js';
import type { RecordHeader } from '../../protocol/record-batch.js';
import type { EpochEnd } from '../rules/leadership.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Key and value are views of the response they came in. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the batch it lies in. */
  readonly leaderEpoch: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Names of the Java exceptions that `poll` throws, or the broker's error. */
type PollError =
  | 'LogTruncationException'
  | 'NoOffsetForPartitionException'
  | 'OffsetOutOfRangeException'
  | ErrorName;

export interface PollFailure {
  readonly ok: false;
  readonly error: PollError;
  readonly topic: string;
  readonly partition: number;
  /** The position it concerns; −1 for none. */
  readonly offset: number;
  /** LogTruncationException: where the leader's log departs from what was read, when the leader knows. */
  readonly divergence: EpochEnd | null;
}

/** A failure is told once; the position stays where it was, and the next poll tries again. */
export type PollResult = { readonly ok: true; readonly records: readonly ConsumerRecord[] } | PollFailure;
export type PollCallback = (result: PollResult) => void;
