import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { ELEMENT } from '../schema/error-response.js';
import { array, errorCode, int32, int64, string } from '../schema/field.js';

/** DescribeProducers (key 61; KIP-664): the state of the idempotent producers of a partition, as its leader knows them. */
export const describeProducersApi = api({
  key: 61,
  name: 'DescribeProducers',
  validVersions: '0',
  flexibleVersions: '0+',
  listeners: ['broker'],
  request: {
    topics: array('0+', { name: string('0+'), partitionIndexes: array('0+', 'int32') }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    topics: array(
      '0+',
      {
        name: string('0+', { echoes: 'name' }),
        partitions: array(
          '0+',
          {
            partitionIndex: int32('0+', { echoes: ELEMENT }),
            errorCode: errorCode('0+'),
            errorMessage: string('0+', { nullableVersions: '0+', default: null }),
            activeProducers: array('0+', {
              producerId: int64('0+'),
              producerEpoch: int32('0+'),
              lastSequence: int32('0+', { default: -1 }),
              lastTimestamp: int64('0+', { default: -1 }),
              coordinatorEpoch: int32('0+'),
              currentTxnStartOffset: int64('0+', { default: -1 }),
            }),
          },
          { echoes: 'partitionIndexes' },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type DescribeProducersRequest = RequestOf<typeof describeProducersApi>;
export type DescribeProducersResponse = ResponseOf<typeof describeProducersApi>;
