import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int32, int64, string, uuid } from '../schema/field.js';

/**
 * OffsetFetch (key 9), to the coordinator of the group. Null topics: every committed offset of the group.
 *
 * Versions: 2 null topics, an error for the whole answer · 3 throttle time · 5 leader epochs · 6 flexible · 7 `requireStable`
 * (KIP-447) · 8 several groups at once (KIP-709) · 9 the member epoch of a consumer group (KIP-848) · 10 topics by id.
 */
export const offsetFetchApi = api({
  key: 9,
  name: 'OffsetFetch',
  validVersions: '1-10',
  flexibleVersions: '6+',
  listeners: ['broker'],
  request: {
    groupId: string('0-7'),
    topics: array(
      '0-7',
      { name: string('0-7'), partitionIndexes: array('0-7', 'int32') },
      { nullableVersions: '2-7' },
    ),
    groups: array('8+', {
      groupId: string('8+'),
      memberId: string('9+', { nullableVersions: '9+', default: null, ignorable: true }),
      memberEpoch: int32('9+', { default: -1, ignorable: true }),
      topics: array(
        '8+',
        {
          name: string('8-9', { ignorable: true }),
          topicId: uuid('10+', { ignorable: true }),
          partitionIndexes: array('8+', 'int32'),
        },
        { nullableVersions: '8+' },
      ),
    }),
    requireStable: bool('7+'),
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    topics: array('0-7', {
      name: string('0-7'),
      partitions: array('0-7', {
        partitionIndex: int32('0-7'),
        committedOffset: int64('0-7'),
        committedLeaderEpoch: int32('5-7', { default: -1, ignorable: true }),
        metadata: string('0-7', { nullableVersions: '0-7' }),
        errorCode: errorCode('0-7'),
      }),
    }),
    errorCode: errorCode('2-7', { ignorable: true }),
    groups: array(
      '8+',
      {
        groupId: string('8+', { echoes: 'groupId' }),
        topics: array('8+', {
          name: string('8-9', { ignorable: true }),
          topicId: uuid('10+', { ignorable: true }),
          partitions: array('8+', {
            partitionIndex: int32('8+'),
            committedOffset: int64('8+'),
            committedLeaderEpoch: int32('8+', { default: -1, ignorable: true }),
            metadata: string('8+', { nullableVersions: '8+' }),
            errorCode: errorCode('8+'),
          }),
        }),
        errorCode: errorCode('8+'),
      },
      { echoes: 'groups' },
    ),
  },
});

export type OffsetFetchRequest = RequestOf<typeof offsetFetchApi>;
export type OffsetFetchResponse = ResponseOf<typeof offsetFetchApi>;
