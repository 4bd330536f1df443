/** The client of platformatic, an encoder that was written by others, for the flexible versions: what it encodes we read and write again
 * to the byte, and what we encode it reads. */
import { describe, expect, it } from 'vitest';
import { apiSchemas, type SchemaName } from './apis/schemas.js';
import { decodeBatch } from './record-batch.js';
import {
  createdTopic,
  encodedResponse,
  fetched,
  hex,
  listed,
  named,
  responseOf,
  schemaOf,
  UUID,
  UUID_TEXT,
  written,
} from './testing/golden-bodies.js';
import { platformaticRead, platformaticRequest } from './testing/other-clients.js';

describe("platformatic's client", () => {
  const topicsById = [{ topic: '', topicId: UUID, partitions: [fetched] }];
  const fetchFields = {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 1000,
    isolationLevel: 1,
    sessionId: 3,
    sessionEpoch: 4,
    rackId: 'r',
  };
  const fetchArgs = (topic: object) => [
    500,
    1,
    1000,
    1,
    3,
    4,
    [{ ...topic, partitions: [{ ...fetched, fetchOffset: 2n ** 40n }] }],
    [],
    'r',
  ];
  const listArgs = [-1, 1, [{ name: 'a', partitions: [{ ...listed, timestamp: -2n }] }]];
  const listFields = { replicaId: -1, isolationLevel: 1, topics: [{ name: 'a', partitions: [listed] }] };
  it.each<[string, SchemaName, number, unknown[], object]>([
    ['apiVersionsV3', 'ApiVersions', 3, ['n', '1'], { clientSoftwareName: 'n', clientSoftwareVersion: '1' }],
    ['apiVersionsV4', 'ApiVersions', 4, ['n', '1'], { clientSoftwareName: 'n', clientSoftwareVersion: '1' }],
    ['metadataV9', 'Metadata', 9, [['a'], true, false, false], { topics: [named('a')] }],
    [
      'metadataV12',
      'Metadata',
      12,
      [['a'], true, true],
      { topics: [named('a')], includeTopicAuthorizedOperations: true },
    ],
    ['listOffsetsV6', 'ListOffsets', 6, listArgs, listFields],
    ['listOffsetsV9', 'ListOffsets', 9, listArgs, listFields],
    ['fetchV13', 'Fetch', 13, fetchArgs({ topicId: UUID_TEXT }), { ...fetchFields, topics: topicsById }],
    ['fetchV15', 'Fetch', 15, fetchArgs({ topicId: UUID_TEXT }), { ...fetchFields, topics: topicsById }],
    ['fetchV17', 'Fetch', 17, fetchArgs({ topicId: UUID_TEXT }), { ...fetchFields, topics: topicsById }],
    [
      'createTopicsV7',
      'CreateTopics',
      7,
      [[createdTopic], 9, true],
      { topics: [createdTopic], timeoutMs: 9, validateOnly: true },
    ],
    [
      'deleteTopicsV6',
      'DeleteTopics',
      6,
      [[{ name: 'a', topicId: UUID_TEXT }], 9],
      { topics: [{ name: 'a', topicId: UUID }], timeoutMs: 9 },
    ],
    [
      'initProducerIdV4',
      'InitProducerId',
      4,
      [null, 9, 5n, 6],
      { transactionTimeoutMs: 9, producerId: 5, producerEpoch: 6, transactionalId: null },
    ],
    [
      'createPartitionsV3',
      'CreatePartitions',
      3,
      [[{ name: 'a', count: 4, assignments: [{ brokerIds: [1, 2] }] }], 9, false],
      { topics: [{ name: 'a', count: 4, assignments: [{ brokerIds: [1, 2] }] }], timeoutMs: 9 },
    ],
    [
      'incrementalAlterConfigsV1',
      'IncrementalAlterConfigs',
      1,
      [
        [{ resourceType: 2, resourceName: 'a', configs: [{ name: 'n', configOperation: 0, value: 'v' }] }],
        true,
      ],
      {
        resources: [
          { resourceType: 2, resourceName: 'a', configs: [{ name: 'n', configOperation: 0, value: 'v' }] },
        ],
        validateOnly: true,
      },
    ],
  ])('asks %s in bytes that we read and write', (call, name, version, args, fields) => {
    const body = platformaticRequest(call, args);
    const asked = { ...schemaOf(name).request.defaults, ...fields };
    const decoded = schemaOf(name).request.decode(version, body);
    expect(decoded).toEqual(written(asked, name, version));
    expect(decoded).toMatchObject({ ok: true, end: body.length });
    expect(hex(schemaOf(name).request.encode(version, asked as never))).toBe(hex(body));
  });

  it.each<[string, SchemaName, number, object, object]>([
    [
      'apiVersionsV3',
      'ApiVersions',
      3,
      responseOf('ApiVersions', { apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }] }),
      { apiKeys: [{ apiKey: 3, name: 'Metadata', minVersion: 0, maxVersion: 13 }] },
    ],
    [
      'listOffsetsV9',
      'ListOffsets',
      9,

      responseOf('ListOffsets', {
        topics: [
          {
            name: 'a',
            partitions: [
              { partitionIndex: 2, errorCode: 'NONE', timestamp: 5, offset: 2 ** 40, leaderEpoch: 3 },
            ],
          },
        ],
      }),
      {
        topics: [
          {
            name: 'a',
            partitions: [{ partitionIndex: 2, timestamp: 5n, offset: 2n ** 40n, leaderEpoch: 3 }],
          },
        ],
      },
    ],
    [
      'initProducerIdV4',
      'InitProducerId',
      4,
      responseOf('InitProducerId', { producerId: 2 ** 40, producerEpoch: 3 }),
      { producerId: 2n ** 40n, producerEpoch: 3 },
    ],
    [
      'createTopicsV7',
      'CreateTopics',
      7,
      responseOf('CreateTopics', {
        topics: [
          {
            name: 'a',
            topicId: UUID,
            errorCode: 'NONE',
            errorMessage: null,
            topicConfigErrorCode: 'NONE',
            numPartitions: 3,
            replicationFactor: 2,
            configs: [],
          },
        ],
      }),
      { topics: [{ name: 'a', topicId: UUID_TEXT, numPartitions: 3, replicationFactor: 2 }] },
    ],
    [
      'deleteTopicsV6',
      'DeleteTopics',
      6,
      responseOf('DeleteTopics', {
        responses: [{ name: null, topicId: UUID, errorCode: 'NONE', errorMessage: null }],
      }),
      { responses: [{ name: null, topicId: UUID_TEXT, errorCode: 0 }] },
    ],
    [
      'createPartitionsV3',
      'CreatePartitions',
      3,
      responseOf('CreatePartitions', { results: [{ name: 'a', errorCode: 'NONE', errorMessage: null }] }),
      { results: [{ name: 'a', errorCode: 0 }] },
    ],
  ])('%s reads what we answer', (call, name, version, body, expected) => {
    expect(platformaticRead(call, encodedResponse(name, version, body))).toMatchObject(expected);
  });

  it('reads a Produce answer, and asks Produce with a batch that we read', () => {
    const message = {
      topic: 'a',
      partition: 1,
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      timestamp: 1_700_000_000_000n,
    };
    const bytes = platformaticRequest('produceV11', [-1, 9, [message], { compression: 'none' }]);
    const decoded = apiSchemas.Produce.request.decode(11, bytes);
    expect(decoded).toMatchObject({ ok: true, end: bytes.length });
    if (!decoded.ok) return;
    const { records } = decoded.value.topicData[0]!.partitionData[0]!;
    expect(decodeBatch(records!, 0)?.records).toMatchObject([{ timestamp: 1_700_000_000_000 }]);
    expect(hex(apiSchemas.Produce.request.encode(11, decoded.value))).toBe(hex(bytes));
    const answer = apiSchemas.Produce.errorResponse(decoded.value, 'NONE', 11);
    expect(platformaticRead('produceV11', encodedResponse('Produce', 11, answer))).toMatchObject({
      responses: [{ name: 'a', partitionResponses: [{ index: 1, errorCode: 0 }] }],
    });
  });
});
