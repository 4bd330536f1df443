import type { RecordHeader } from '../../protocol/record-batch.js';
import type { SendError } from '../rules/acknowledgement.js';

export interface ProducerRecord {
  readonly topic: string;
  /** Absent: the partitioner chooses (`partitioner.ts`). */
  readonly partition?: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since the Unix epoch; absent: the host's wall clock at `send`. */
  readonly timestampMs?: number;
}

export interface RecordMetadata {
  readonly ok: true;
  readonly topic: string;
  /** The topic that has the record. Another topic may have the name by now. */
  readonly topicId: string;
  readonly partition: number;
  /**
   * Topics of the same name in which an attempt may have stored the record, `topicId` perhaps among them. More than one if
   * the topic was made again between two attempts.
   */
  readonly uncertainIn: readonly string[];
  /** −1 when no broker reported the offset: `acks=0`, DUPLICATE_SEQUENCE_NUMBER. */
  readonly offset: number;
}

export interface SendRefusal {
  readonly ok: false;
  readonly topic: string;
  /** The topic of the last attempt; the zero id: there was none. */
  readonly topicId: string;
  /** −1 when the record never got a partition. */
  readonly partition: number;
  readonly uncertainIn: readonly string[];
  readonly error: SendError;
  /**
   * True: the record may be in the log (`info` in a history). False: the record is not in the log and will
   * not be.
   */
  readonly ambiguous: boolean;
}

export type SendResult = RecordMetadata | SendRefusal;
export type SendCallback = (result: SendResult) => void;
