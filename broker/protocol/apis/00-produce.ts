import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import { array, errorCode, int16, int32, int64, records, string, struct, uuid } from '../schema/field.js';

/**
 * Produce (key 0). Leaders only. `acks` −1 waits for the in-sync replicas, 1 for the leader's log, 0 gets no answer.
 *
 * Versions: 3 record batches of magic 2 alone (KIP-98) · 5 log start offset · 7 zstd · 8 the records that were refused (KIP-467) ·
 * 9 flexible · 10 the new leader and its address after NOT_LEADER_OR_FOLLOWER (KIP-951) · 11 TRANSACTION_ABORTABLE (KIP-890) ·
 * 12 adds partitions to a transaction implicitly (KIP-890) · 13 topics by id (KIP-516).
 * ApiVersions names version 0 as the lowest, since librdkafka asks for it before it compresses (KAFKA-18659).
 * Not served yet: transactions, compression.
 */
export const produceApi = api({
  key: 0,
  name: 'Produce',
  validVersions: '3-13',
  flexibleVersions: '9+',
  listeners: ['broker'],
  request: {
    transactionalId: string('3+', { nullableVersions: '3+', default: null }),
    acks: int16('0+'),
    timeoutMs: int32('0+'),
    topicData: array('0+', {
      name: string('0-12', { ignorable: true, mapKey: true }),
      topicId: uuid('13+', { ignorable: true, mapKey: true }),
      partitionData: array('0+', { index: int32('0+'), records: records('0+', { nullableVersions: '0+' }) }),
    }),
  },
  response: {
    responses: array(
      '0+',
      {
        name: string('0-12', { ignorable: true, mapKey: true, echoes: 'name' }),
        topicId: uuid('13+', { ignorable: true, mapKey: true, echoes: 'topicId' }),
        partitionResponses: array(
          '0+',
          {
            index: int32('0+', { echoes: 'index' }),
            errorCode: errorCode('0+'),
            baseOffset: int64('0+', { onError: -1 }),
            logAppendTimeMs: int64('2+', { default: -1, ignorable: true }),
            logStartOffset: int64('5+', { default: -1, ignorable: true }),
            recordErrors: array(
              '8+',
              {
                batchIndex: int32('8+'),
                batchIndexErrorMessage: string('8+', { nullableVersions: '8+', default: null }),
              },
              { ignorable: true },
            ),
            errorMessage: string('8+', { nullableVersions: '8+', default: null, ignorable: true }),
            currentLeader: struct(
              '10+',
              { leaderId: int32('10+', { default: -1 }), leaderEpoch: int32('10+', { default: -1 }) },
              { taggedVersions: '10+', tag: 0 },
            ),
          },
          { echoes: 'partitionData' },
        ),
      },
      { echoes: 'topicData' },
    ),
    throttleTimeMs: int32('1+', { ignorable: true }),
    nodeEndpoints: array(
      '10+',
      {
        nodeId: int32('10+', { mapKey: true }),
        host: string('10+'),
        port: int32('10+'),
        rack: string('10+', { nullableVersions: '10+', default: null }),
      },
      { taggedVersions: '10+', tag: 0 },
    ),
  },
});

export type ProduceRequest = RequestOf<typeof produceApi>;
export type ProduceResponse = ResponseOf<typeof produceApi>;
export type PartitionProduceResponse = ProduceResponse['responses'][number]['partitionResponses'][number];

export const NO_RECORD_ERRORS: PartitionProduceResponse['recordErrors'] = [];
export const NO_ENDPOINTS = produceApi.response.defaults.nodeEndpoints;
