import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, int64, string, uuid } from '../schema/field.js';

/**
 * OffsetCommit (key 8), to the coordinator of the group. Generation −1 without a member id: a commit from outside of a group.
 *
 * Versions: 3 throttle time · 5 no retention time; `offsets.retention.minutes` decides · 6 leader epochs · 7 static members (KIP-345) ·
 * 8 flexible · 9 the member epoch of a consumer group (KIP-848) · 10 topics by id.
 */
export const offsetCommitApi = api({
  key: 8,
  name: 'OffsetCommit',
  validVersions: '2-10',
  flexibleVersions: '8+',
  listeners: ['broker'],
  request: {
    groupId: string('0+'),
    generationIdOrMemberEpoch: int32('1+', { default: -1, ignorable: true }),
    memberId: string('1+', { ignorable: true }),
    groupInstanceId: string('7+', { nullableVersions: '7+', default: null }),
    retentionTimeMs: int64('2-4', { default: -1, ignorable: true }),
    topics: array('0+', {
      name: string('0-9', { ignorable: true }),
      topicId: uuid('10+', { ignorable: true }),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        committedOffset: int64('0+'),
        committedLeaderEpoch: int32('6+', { default: -1, ignorable: true }),
        committedMetadata: string('0+', { nullableVersions: '0+' }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    topics: array(
      '0+',
      {
        name: string('0-9', { ignorable: true, echoes: 'name' }),
        topicId: uuid('10+', { ignorable: true, echoes: 'topicId' }),
        partitions: array(
          '0+',
          { partitionIndex: int32('0+', { echoes: 'partitionIndex' }), errorCode: errorCode('0+') },
          { echoes: 'partitions' },
        ),
      },
      { echoes: 'topics' },
    ),
  },
});

export type OffsetCommitRequest = RequestOf<typeof offsetCommitApi>;
export type OffsetCommitResponse = ResponseOf<typeof offsetCommitApi>;
