/** KafkaJS, an encoder that was written by others, for the inflexible versions: what it encodes we read and write again to the byte,
 * and what we encode it reads. */
import { describe, expect, it } from 'vitest';
import type { SchemaName } from './apis/schemas.js';
import { decodeRequest, encodeRequest } from './codec.js';
import { decodeBatch } from './record-batch.js';
import { ZERO_UUID } from './schema/uuid.js';
import {
  createdTopic,
  encodedResponse,
  fetchAnswer,
  fetched,
  hex,
  listed,
  metadataAnswer,
  named,
  requestOf,
  responseOf,
  written,
} from './testing/golden-bodies.js';
import { kafkaJsFrame, kafkaJsRead } from './testing/other-clients.js';

const kafkaJsTopic = {
  topic: 'a',
  numPartitions: 3,
  replicationFactor: 2,
  configEntries: [{ name: 'retention.ms', value: '1' }],
};
describe('KafkaJS', () => {
  const fetchRequest = requestOf('Fetch', {
    replicaId: -1,
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 1000,
    isolationLevel: 1,
    topics: [{ topic: 'a', topicId: ZERO_UUID, partitions: [fetched] }],
    rackId: 'r',
  });
  const kafkaJsFetch = {
    replicaId: -1,
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: 1000,
    rackId: 'r',
    topics: [
      {
        topic: 'a',
        partitions: [{ partition: 2, currentLeaderEpoch: 4, fetchOffset: 2 ** 40, maxBytes: 900 }],
      },
    ],
  };
  it.each<[SchemaName, number, string, object, object]>([
    ['ApiVersions', 0, 'apiVersions', {}, requestOf('ApiVersions', {})],
    ['ApiVersions', 2, 'apiVersions', {}, requestOf('ApiVersions', {})],
    [
      'Metadata',
      5,
      'metadata',
      { topics: ['a', 'é'] },
      requestOf('Metadata', { topics: [named('a'), named('é')] }),
    ],
    [
      'Metadata',
      6,
      'metadata',
      { topics: [], allowAutoTopicCreation: false },
      requestOf('Metadata', { topics: null, allowAutoTopicCreation: false }),
    ],
    [
      'ListOffsets',
      1,
      'listOffsets',
      { replicaId: -1, topics: [{ topic: 'a', partitions: [{ partition: 2, timestamp: -2 }] }] },
      requestOf('ListOffsets', { replicaId: -1, topics: [{ name: 'a', partitions: [listed] }] }),
    ],
    [
      'ListOffsets',
      3,
      'listOffsets',
      {
        replicaId: -1,
        isolationLevel: 1,
        topics: [{ topic: 'a', partitions: [{ partition: 2, timestamp: -2 }] }],
      },
      requestOf('ListOffsets', {
        replicaId: -1,
        isolationLevel: 1,
        topics: [{ name: 'a', partitions: [listed] }],
      }),
    ],
    ['Fetch', 11, 'fetch', kafkaJsFetch, fetchRequest],
    [
      'CreateTopics',
      2,
      'createTopics',
      { topics: [kafkaJsTopic], validateOnly: true, timeout: 9 },
      requestOf('CreateTopics', { topics: [createdTopic], validateOnly: true, timeoutMs: 9 }),
    ],
    [
      'CreateTopics',
      3,
      'createTopics',
      { topics: [kafkaJsTopic], timeout: 9 },
      requestOf('CreateTopics', { topics: [createdTopic], timeoutMs: 9 }),
    ],
    [
      'DeleteTopics',
      1,
      'deleteTopics',
      { topics: ['a', 'b'], timeout: 9 },
      requestOf('DeleteTopics', { topicNames: ['a', 'b'], timeoutMs: 9 }),
    ],
    [
      'InitProducerId',
      0,
      'initProducerId',
      { transactionalId: 't', transactionTimeout: 9 },
      requestOf('InitProducerId', { transactionalId: 't', transactionTimeoutMs: 9 }),
    ],
    [
      'InitProducerId',
      1,
      'initProducerId',
      { transactionalId: null, transactionTimeout: 9 },
      requestOf('InitProducerId', { transactionalId: null, transactionTimeoutMs: 9 }),
    ],
    [
      'CreatePartitions',
      1,
      'createPartitions',
      { topicPartitions: [{ topic: 'a', count: 4, assignments: [[1, 2]] }], timeout: 9 },
      requestOf('CreatePartitions', {
        topics: [{ name: 'a', count: 4, assignments: [{ brokerIds: [1, 2] }] }],
        timeoutMs: 9,
      }),
    ],
  ])('asks %s %i in bytes that we read and write', async (name, version, folder, options, body) => {
    const frame = await kafkaJsFrame(folder, version, options);
    const decoded = decodeRequest(frame.subarray(4));
    const header = { correlationId: 7, clientId: 'c' };
    expect(decoded).toMatchObject({
      ok: true,
      request: { apiName: name, apiVersion: version, header, unreadBytes: 0 },
    });
    if (decoded.ok)
      expect(written(decoded.request.body, name, version)).toEqual(written(body, name, version));
    expect(hex(encodeRequest(name, version, header, body as never))).toBe(hex(frame));
  });

  it.each([3, 5, 7])('asks Produce %i with a batch that we read and write', async (version) => {
    const messages = [{ key: 'k', value: 'v', timestamp: 1_700_000_000_000, headers: { h: 'x' } }];
    const frame = await kafkaJsFrame('produce', version, {
      acks: -1,
      timeout: 9,
      topicData: [{ topic: 'a', partitions: [{ partition: 1, firstSequence: 5, messages }] }],
    });
    const decoded = decodeRequest(frame.subarray(4));
    expect(decoded).toMatchObject({ ok: true, request: { apiName: 'Produce', unreadBytes: 0 } });
    if (!decoded.ok || decoded.request.apiName !== 'Produce') return;
    const { body, header } = decoded.request;
    const { records } = body.topicData[0]!.partitionData[0]!;
    expect(decodeBatch(records!, 0)).toMatchObject({
      baseSequence: 5,
      records: [{ offset: 0, timestamp: 1_700_000_000_000 }],
    });
    expect(hex(encodeRequest('Produce', version, header, body))).toBe(hex(frame));
  });

  it.each<[SchemaName, number, string, object, object]>([
    [
      'ApiVersions',
      2,
      'apiVersions',
      responseOf('ApiVersions', { apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }] }),
      { errorCode: 0, apiVersions: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }] },
    ],
    [
      'InitProducerId',
      1,
      'initProducerId',
      responseOf('InitProducerId', { producerId: 2 ** 40, producerEpoch: 3 }),
      { errorCode: 0, producerId: String(2 ** 40), producerEpoch: 3 },
    ],
    [
      'ListOffsets',
      3,
      'listOffsets',
      responseOf('ListOffsets', {
        topics: [
          {
            name: 'a',
            partitions: [
              { partitionIndex: 2, errorCode: 'NONE', timestamp: 5, offset: 2 ** 40, leaderEpoch: -1 },
            ],
          },
        ],
      }),
      {
        responses: [
          {
            topic: 'a',
            partitions: [{ partition: 2, errorCode: 0, timestamp: '5', offset: String(2 ** 40) }],
          },
        ],
      },
    ],
    [
      'Metadata',
      6,
      'metadata',
      responseOf('Metadata', metadataAnswer()),
      {
        clusterId: 'k',
        controllerId: 3,
        brokers: [{ nodeId: 1, host: 'b1', port: 9092, rack: null }],
        topicMetadata: [
          {
            topicErrorCode: 0,
            topic: 'a',
            isInternal: false,
            partitionMetadata: [
              {
                partitionErrorCode: 6,
                partitionId: 0,
                leader: 1,
                replicas: [1, 2],
                isr: [1],
                offlineReplicas: [2],
              },
            ],
          },
        ],
      },
    ],
    [
      'Fetch',
      11,
      'fetch',
      responseOf('Fetch', fetchAnswer()),
      {
        errorCode: 0,
        sessionId: 9,
        responses: [
          {
            topicName: 'a',
            partitions: [
              {
                partition: 2,
                errorCode: 1,
                highWatermark: '7',
                lastStableOffset: '6',
                lastStartOffset: '5',
                preferredReadReplica: -1,
                messages: [],
              },
            ],
          },
        ],
      },
    ],
    [
      'CreatePartitions',
      1,
      'createPartitions',
      responseOf('CreatePartitions', {
        results: [{ name: 'a', errorCode: 'INVALID_PARTITIONS', errorMessage: 'no' }],
      }),
      { topicErrors: [{ topic: 'a', errorCode: 37, errorMessage: 'no' }] },
    ],
  ])('reads what we answer to %s %i', async (name, version, folder, body, expected) => {
    const read = await kafkaJsRead(
      folder,
      version,
      { topics: [], topicPartitions: [] },
      encodedResponse(name, version, body),
    );
    expect(read).toMatchObject(expected);
  });
});
