/**
 * The header of a record batch (magic 2) as a schema. `record-batch.ts` reads and writes the same fields at fixed
 * positions, because a log does so for every batch. A test compares the two.
 */
import { int8, int16, int32, int64, uint32 } from './schema/field.js';
import { Message } from './schema/message.js';

export const recordBatchHead = new Message({
  name: 'RecordBatch',
  validVersions: '0',
  flexibleVersions: 'none',
  fields: {
    baseOffset: int64('0+'),
    batchLength: int32('0+'),
    partitionLeaderEpoch: int32('0+'),
    magic: int8('0+'),
    crc: uint32('0+'),
    attributes: int16('0+'),
    lastOffsetDelta: int32('0+'),
    baseTimestamp: int64('0+'),
    maxTimestamp: int64('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    baseSequence: int32('0+'),
    recordsCount: int32('0+'),
  },
});
