import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, int64, string } from '../schema/field.js';

/**
 * DeleteRecords (key 21; KIP-107), at the leaders of the partitions: moves the log start offset up to an offset, at most to the high
 * watermark (−1). The answer waits until every live replica has the new log start offset.
 *
 * Versions: 2 flexible.
 */
export const deleteRecordsApi = api({
  key: 21,
  name: 'DeleteRecords',
  validVersions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker'],
  request: {
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+'), offset: int64('0+') }),
    }),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    topics: array(
      '0+',
      {
        name: string('0+', { mapKey: true, echoes: 'name' }),
        partitions: array(
          '0+',
          {
            partitionIndex: int32('0+', { mapKey: true, echoes: 'partitionIndex' }),
            lowWatermark: int64('0+', { onError: -1 }),
            errorCode: errorCode('0+'),
          },
          { echoes: 'partitions' },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type DeleteRecordsRequest = RequestOf<typeof deleteRecordsApi>;
export type DeleteRecordsResponse = ResponseOf<typeof deleteRecordsApi>;
