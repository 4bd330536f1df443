import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, int64, string } from '../schema/field.js';

/**
 * OffsetForLeaderEpoch (key 23; KIP-101, KIP-279, KIP-320): the end of the largest epoch that is not above the one asked for.
 *
 * Versions: 2 the current leader epoch, which fences old readers · 3 replica id (−2: from before it was sent) · 4 flexible.
 */
export const offsetForLeaderEpochApi = api({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  validVersions: '2-4',
  flexibleVersions: '4+',
  listeners: ['broker'],
  request: {
    replicaId: int32('3+', { default: -2, ignorable: true }),
    topics: array('0+', {
      topic: string('0+', { mapKey: true }),
      partitions: array('0+', {
        partition: int32('0+'),
        currentLeaderEpoch: int32('2+', { default: -1, ignorable: true }),
        leaderEpoch: int32('0+'),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array(
      '0+',
      {
        topic: string('0+', { mapKey: true, echoes: 'topic' }),
        partitions: array(
          '0+',
          {
            errorCode: errorCode('0+'),
            partition: int32('0+', { echoes: 'partition' }),
            leaderEpoch: int32('1+', { default: -1, ignorable: true }),
            endOffset: int64('0+', { default: -1 }),
          },
          { echoes: 'partitions' },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type OffsetForLeaderEpochRequest = RequestOf<typeof offsetForLeaderEpochApi>;
export type OffsetForLeaderEpochResponse = ResponseOf<typeof offsetForLeaderEpochApi>;
