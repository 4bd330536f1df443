import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { type AppendResult, refuse } from './append-result.js';

/** The result of a follower's checks of fetched batches. */
export interface FetchedBatches {
  readonly refusal: AppendResult | null;
  /** Bytes of the complete batches. An incomplete last batch is left out. */
  readonly validBytes: number;
  readonly lastOffset: number;
  /** A batch does not begin where the one before ends. */
  readonly hasGap: boolean;
}

/** A follower's checks of fetched batches: each is intact and continues the log. */
export function validateFetched(
  records: Uint8Array,
  logEndOffset: number,
  latestLeaderEpoch: number,
  verifiesChecksum: boolean,
  isCompacted: boolean,
  rules: LogRules,
): FetchedBatches {
  let position = 0;
  let expectedOffset = logEndOffset;
  let hasGap = false;
  while (batch.isBatchComplete(records, position)) {
    if (verifiesChecksum && !batch.isCrcValid(records, position)) {
      const refusal = refuse(
        'CORRUPT_MESSAGE',
        `The CRC of the batch expected at ${expectedOffset} does not match`,
      );
      return { refusal, validBytes: position, lastOffset: expectedOffset - 1, hasGap };
    }
    const baseOffset = batch.baseOffset(records, position);
    const lastOffset = batch.lastOffset(records, position);
    const leaderEpoch = batch.partitionLeaderEpoch(records, position);
    if (
      !rules.acceptsFollowerBatch({
        baseOffset,
        lastOffset,
        expectedOffset,
        isCompacted,
        leaderEpoch,
        latestLeaderEpoch,
      })
    ) {
      const refusal = refuse(
        'UNKNOWN_SERVER_ERROR',
        `Unexpected offset ${baseOffset} where ${expectedOffset} is next`,
      );
      return { refusal, validBytes: position, lastOffset: expectedOffset - 1, hasGap };
    }
    if (baseOffset > expectedOffset) hasGap = true;
    expectedOffset = lastOffset + 1;
    position += batch.sizeInBytes(records, position);
  }
  const refusal = position === 0 ? refuse('CORRUPT_MESSAGE', 'No complete record batch') : null;
  return { refusal, validBytes: position, lastOffset: expectedOffset - 1, hasGap };
}
