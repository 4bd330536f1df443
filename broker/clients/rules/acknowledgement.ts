import type { ErrorName } from '../../protocol/errors.js';

/**
 * The errors that the client reports itself, under the names of the Java exceptions. `TimeoutException`:
 * `delivery.timeout.ms` or `max.block.ms` passed.
 */
export type ClientException =
  | 'TimeoutException'
  | 'RecordTooLargeException'
  | 'IllegalStateException'
  | 'KafkaException';

export type SendError = ErrorName | ClientException;

/** Errors that a leader answers only before it appends. */
const rejectedBeforeAppend: ReadonlySet<SendError> = new Set<SendError>([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'LEADER_NOT_AVAILABLE',
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'RECORD_LIST_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'INVALID_REQUEST',
  'INVALID_RECORD',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
]);

/**
 * Whether one attempt that ended with `error` may be in the log nevertheless. NOT_LEADER_OR_FOLLOWER may: a
 * leader deposed while a produce request waits for the in-sync replicas answers this error after the append
 * (DelayedProduce). KAFKA_STORAGE_ERROR may: the write can fail half way.
 */
export function mayHaveLanded(error: SendError): boolean {
  return !rejectedBeforeAppend.has(error);
}

export interface SendFailure {
  /** The reported error: that of the last attempt, or the client's own. */
  readonly error: SendError;
  readonly wasSent: boolean;
  /** An attempt ended with an error after which `mayHaveLanded`, or had no answer. */
  readonly anyAttemptMayHaveLanded: boolean;
}

/**
 * KAFKA-13574: the last error says nothing about earlier attempts. A failed record is definitely not in the
 * log only if every attempt was refused before the append, or if there was no attempt.
 */
export function isDefiniteFailure(failure: SendFailure): boolean {
  return !failure.wasSent || !failure.anyAttemptMayHaveLanded;
}
