import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int32, int64, string, uint16, uuid } from '../schema/field.js';

const replicaState = {
  replicaId: int32('0+'),
  replicaDirectoryId: uuid('2+'),
  logEndOffset: int64('0+'),
  lastFetchTimestamp: int64('1+', { ignorable: true, default: -1 }),
  lastCaughtUpTimestamp: int64('1+', { ignorable: true, default: -1 }),
};

/**
 * DescribeQuorum (key 55; KIP-595): the voters and observers of the metadata log and how far each has fetched it.
 * Brokers forward it to the controller.
 *
 * Versions: 1 times of the last fetch and of the last time that a replica had caught up (KIP-836) · 2 error messages,
 * addresses of the voters, log directories (KIP-853).
 */
export const describeQuorumApi = api({
  key: 55,
  name: 'DescribeQuorum',
  validVersions: '0-2',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+') }),
    }),
  },
  response: {
    errorCode: errorCode('0+'),
    errorMessage: string('2+', { nullableVersions: '2+', ignorable: true }),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: errorCode('0+'),
        errorMessage: string('2+', { nullableVersions: '2+', ignorable: true }),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        highWatermark: int64('0+'),
        currentVoters: array('0+', replicaState),
        observers: array('0+', replicaState),
      }),
    }),
    nodes: array('2+', {
      nodeId: int32('2+', { mapKey: true }),
      listeners: array('2+', {
        name: string('2+', { mapKey: true }),
        host: string('2+'),
        port: uint16('2+'),
      }),
    }),
  },
});

export type DescribeQuorumRequest = RequestOf<typeof describeQuorumApi>;
export type DescribeQuorumResponse = ResponseOf<typeof describeQuorumApi>;
