import { describe, expect, it } from 'vitest';
import { type ErrorName, errorCodes } from '../../protocol/errors.js';
import { isDefiniteFailure, mayHaveLanded, type SendError } from './acknowledgement.js';

const certain: readonly SendError[] = [
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
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
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
];

describe('an attempt that ended with an error', () => {
  it.each(certain)('%s: the record is not in the log', (error) => {
    expect(mayHaveLanded(error)).toBe(false);
  });

  const others = (Object.keys(errorCodes) as ErrorName[]).filter((error) => !certain.includes(error));
  it.each(others)('%s: nothing is certain', (error) => {
    expect(mayHaveLanded(error)).toBe(true);
  });
});

describe('a record that failed', () => {
  const cases: readonly [string, SendError, boolean, boolean, 'fail' | 'info'][] = [
    ['expired before it was ever sent', 'TimeoutException', false, false, 'fail'],
    ['expired after an attempt that got no answer', 'TimeoutException', true, true, 'info'],
    ['expired after refusals alone', 'TimeoutException', true, false, 'fail'],
    ['was refused for lack of replicas, always', 'NOT_ENOUGH_REPLICAS', true, false, 'fail'],
    ['was refused for lack of replicas after a lost response', 'NOT_ENOUGH_REPLICAS', true, true, 'info'],
    ['was appended to too few replicas', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', true, true, 'info'],
    ['met a broker that does not lead', 'NOT_LEADER_OR_FOLLOWER', true, true, 'info'],
    ['lost its connection', 'NETWORK_EXCEPTION', true, true, 'info'],
    ['was invalid', 'INVALID_RECORD', true, false, 'fail'],
    ['was dropped by a close before it was sent', 'KafkaException', false, false, 'fail'],
  ];

  it.each(cases)('%s: %s', (_, error, wasSent, anyAttemptMayHaveLanded, outcome) => {
    expect(isDefiniteFailure({ error, wasSent, anyAttemptMayHaveLanded }) ? 'fail' : 'info').toBe(outcome);
  });
});
