import type { TopicConfig } from '../config/definitions.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type AppendResult, refuse } from './append-result.js';

/**
 * A leader's checks of a produced batch before it checks sequences (`LogValidator`); null: the batch is
 * valid.
 */
export function validateProduced(
  records: Uint8Array,
  config: TopicConfig,
  verifiesChecksum: boolean,
): AppendResult | null {
  if (!batch.isBatchComplete(records, 0)) return refuse('CORRUPT_MESSAGE', 'The record batch is cut short');
  const size = batch.sizeInBytes(records, 0);
  if (batch.magic(records, 0) !== 2)
    return refuse('INVALID_RECORD', `Magic ${batch.magic(records, 0)} is not supported`);
  if (size !== records.length) {
    return refuse('INVALID_RECORD', 'A produce request holds exactly one record batch per partition');
  }
  if (size > config['max.message.bytes']) {
    return refuse('MESSAGE_TOO_LARGE', `The batch of ${size} bytes exceeds max.message.bytes`);
  }
  if (size > config['segment.bytes']) {
    return refuse('RECORD_LIST_TOO_LARGE', `The batch of ${size} bytes exceeds segment.bytes`);
  }
  if (verifiesChecksum && !batch.isCrcValid(records, 0)) {
    return refuse('CORRUPT_MESSAGE', 'The CRC of the record batch does not match its bytes');
  }
  if (!batch.hasSafeIntegers(records, 0)) {
    return refuse('INVALID_RECORD', 'A timestamp or producer id beyond ±(2^53 − 1)');
  }
  const count = batch.recordsCount(records, 0);
  if (count < 1 || batch.lastOffsetDelta(records, 0) !== count - 1) {
    return refuse('INVALID_RECORD', 'The number of records and the last offset delta disagree');
  }
  if (batch.producerId(records, 0) >= 0 && batch.baseSequence(records, 0) < 0) {
    return refuse('INVALID_RECORD', 'A producer id without a sequence number');
  }
  return null;
}

/** The result of a follower's checks of fetched batches. */
export interface FetchedBatches {
  readonly refusal: AppendResult | null;
  /** Bytes of the complete batches. An incomplete last batch is left out. */
  readonly validBytes: number;
  readonly lastOffset: number;
}

/** A follower's checks of fetched batches: each is intact and continues the log. */
export function validateFetched(
  records: Uint8Array,
  logEndOffset: number,
  latestLeaderEpoch: number,
  verifiesChecksum: boolean,
  rules: LogRules,
): FetchedBatches {
  let position = 0;
  let expectedOffset = logEndOffset;
  while (batch.isBatchComplete(records, position)) {
    if (verifiesChecksum && !batch.isCrcValid(records, position)) {
      const refusal = refuse(
        'CORRUPT_MESSAGE',
        `The CRC of the batch expected at ${expectedOffset} does not match`,
      );
      return { refusal, validBytes: position, lastOffset: expectedOffset - 1 };
    }
    const baseOffset = batch.baseOffset(records, position);
    const lastOffset = batch.lastOffset(records, position);
    const leaderEpoch = batch.partitionLeaderEpoch(records, position);
    if (
      !rules.acceptsFollowerBatch({ baseOffset, lastOffset, expectedOffset, leaderEpoch, latestLeaderEpoch })
    ) {
      const refusal = refuse(
        'UNKNOWN_SERVER_ERROR',
        `Unexpected offset ${baseOffset} where ${expectedOffset} is next`,
      );
      return { refusal, validBytes: position, lastOffset: expectedOffset - 1 };
    }
    expectedOffset = lastOffset + 1;
    position += batch.sizeInBytes(records, position);
  }
  const refusal = position === 0 ? refuse('CORRUPT_MESSAGE', 'No complete record batch') : null;
  return { refusal, validBytes: position, lastOffset: expectedOffset - 1 };
}
