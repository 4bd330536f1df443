import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, bool, errorCode, int32, string, uuid } from '../schema/field.js';

/**
 * Metadata (key 3), from the answering broker's own metadata image, which may lag the controller's.
 *
 * Versions: 1 rack, controller id, internal topics; null asks for all topics · 2 cluster id · 4 automatic creation can be switched
 * off · 5 offline replicas · 7 leader epochs · 8 authorized operations (KIP-430) · 9 flexible · 10 topic ids (KIP-516) ·
 * 11 the cluster's authorized operations are DescribeCluster's (KIP-700) · 12 asks by topic id · 13 an error for the whole answer
 * (REBOOTSTRAP_REQUIRED, KIP-1102).
 */
export const metadataApi = api({
  key: 3,
  name: 'Metadata',
  validVersions: '0-13',
  flexibleVersions: '9+',
  listeners: ['broker'],
  request: {
    topics: array(
      '0+',
      { topicId: uuid('10+', { ignorable: true }), name: string('0+', { nullableVersions: '10+' }) },
      { nullableVersions: '1+' },
    ),
    allowAutoTopicCreation: bool('4+', { default: true }),
    includeClusterAuthorizedOperations: bool('8-10'),
    includeTopicAuthorizedOperations: bool('8+'),
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    brokers: array('0+', {
      nodeId: int32('0+', { mapKey: true }),
      host: string('0+'),
      port: int32('0+'),
      rack: string('1+', { nullableVersions: '1+', default: null, ignorable: true }),
    }),
    clusterId: string('2+', { nullableVersions: '2+', default: null, ignorable: true }),
    controllerId: int32('1+', { default: -1, ignorable: true }),
    topics: array(
      '0+',
      {
        errorCode: errorCode('0+'),
        name: string('0+', { nullableVersions: '12+', mapKey: true, echoes: 'name' }),
        topicId: uuid('10+', { ignorable: true, echoes: 'topicId' }),
        isInternal: bool('1+', { ignorable: true }),
        partitions: array('0+', {
          errorCode: errorCode('0+'),
          partitionIndex: int32('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('7+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', 'int32'),
          isrNodes: array('0+', 'int32'),
          offlineReplicas: array('5+', 'int32', { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('8+', { default: -2147483648 }),
      },
      { echoes: 'topics' },
    ),
    clusterAuthorizedOperations: int32('8-10', { default: -2147483648 }),
    errorCode: errorCode('13+', { ignorable: true }),
  },
});

export type MetadataRequest = RequestOf<typeof metadataApi>;
export type MetadataResponse = ResponseOf<typeof metadataApi>;
