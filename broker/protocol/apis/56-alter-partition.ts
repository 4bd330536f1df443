import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int8, int32, int64, uuid } from '../schema/field.js';

/**
 * AlterPartition (key 56; KIP-497): a leader proposes a new ISR to the controller.
 *
 * Versions: 2 topics by id · 3 each member with its broker epoch, so that the controller does not add a replica whose
 * broker has restarted (KIP-903).
 */
export const alterPartitionApi = api({
  key: 56,
  name: 'AlterPartition',
  validVersions: '2-3',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
    topics: array('0+', {
      topicId: uuid('2+', { ignorable: true }),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        leaderEpoch: int32('0+'),
        newIsr: array('0-2', 'int32'),
        newIsrWithEpochs: array('3+', { brokerId: int32('3+'), brokerEpoch: int64('3+', { default: -1 }) }),
        leaderRecoveryState: int8('1+'),
        partitionEpoch: int32('0+'),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('0+'),
    topics: array('0+', {
      topicId: uuid('2+', { ignorable: true }),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: errorCode('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        isr: array('0+', 'int32'),
        leaderRecoveryState: int8('1+', { ignorable: true }),
        partitionEpoch: int32('0+'),
      }),
    }),
  },
});

export type AlterPartitionRequest = RequestOf<typeof alterPartitionApi>;
export type AlterPartitionResponse = ResponseOf<typeof alterPartitionApi>;
