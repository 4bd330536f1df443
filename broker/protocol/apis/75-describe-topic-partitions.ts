import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int32, string, struct, uuid } from '../schema/field.js';

const cursor = { topicName: string('0+'), partitionIndex: int32('0+') };

/**
 * DescribeTopicPartitions (key 75; KIP-966): partitions in pages, from the answering broker's own metadata image. No topics: all. The
 * cursor of one answer is where the next begins.
 */
export const describeTopicPartitionsApi = api({
  key: 75,
  name: 'DescribeTopicPartitions',
  validVersions: '0',
  flexibleVersions: '0+',
  listeners: ['broker'],
  request: {
    topics: array('0+', { name: string('0+') }),
    responsePartitionLimit: int32('0+', { default: 2000 }),
    cursor: struct('0+', cursor, { nullableVersions: '0+', default: null }),
  },
  response: {
    throttleTimeMs: int32('0+', { ignorable: true }),
    topics: array(
      '0+',
      {
        errorCode: errorCode('0+'),
        name: string('0+', { nullableVersions: '0+', mapKey: true, echoes: 'name' }),
        topicId: uuid('0+', { ignorable: true }),
        isInternal: bool('0+', { ignorable: true }),
        partitions: array('0+', {
          errorCode: errorCode('0+'),
          partitionIndex: int32('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', 'int32'),
          isrNodes: array('0+', 'int32'),
          eligibleLeaderReplicas: array('0+', 'int32', { nullableVersions: '0+', default: null }),
          lastKnownElr: array('0+', 'int32', { nullableVersions: '0+', default: null }),
          offlineReplicas: array('0+', 'int32', { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('0+', { default: -2147483648 }),
      },
      { echoes: 'topics' },
    ),
    nextCursor: struct('0+', cursor, { nullableVersions: '0+', default: null }),
  },
});

export type DescribeTopicPartitionsRequest = RequestOf<typeof describeTopicPartitionsApi>;
export type DescribeTopicPartitionsResponse = ResponseOf<typeof describeTopicPartitionsApi>;
