/** The Java class that Kafka's own tools name for an error (org.apache.kafka.common.protocol.Errors). */
import type { ErrorName } from '../../protocol/errors.js';
import type { ClientException, SendError } from '../rules/acknowledgement.js';

const PACKAGE = 'org.apache.kafka.common.errors.';

/** Errors whose class is not the error's name in camel case followed by `Exception`. */
const irregular: Partial<Record<ErrorName | ClientException, string>> = {
  TimeoutException: `${PACKAGE}TimeoutException`,
  RecordTooLargeException: `${PACKAGE}RecordTooLargeException`,
  IllegalStateException: 'java.lang.IllegalStateException',
  KafkaException: 'org.apache.kafka.common.KafkaException',
  CORRUPT_MESSAGE: `${PACKAGE}CorruptRecordException`,
  REQUEST_TIMED_OUT: `${PACKAGE}TimeoutException`,
  MESSAGE_TOO_LARGE: `${PACKAGE}RecordTooLargeException`,
  RECORD_LIST_TOO_LARGE: `${PACKAGE}RecordBatchTooLargeException`,
  INVALID_TOPIC_EXCEPTION: `${PACKAGE}InvalidTopicException`,
  OUT_OF_ORDER_SEQUENCE_NUMBER: `${PACKAGE}OutOfOrderSequenceException`,
  DUPLICATE_SEQUENCE_NUMBER: `${PACKAGE}DuplicateSequenceException`,
  KAFKA_STORAGE_ERROR: `${PACKAGE}KafkaStorageException`,
  UNKNOWN_SERVER_ERROR: `${PACKAGE}UnknownServerException`,
};

export function javaException(error: SendError): string {
  const known = irregular[error];
  if (known !== undefined) return known;
  const words = error.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return `${PACKAGE}${words.join('')}Exception`;
}
