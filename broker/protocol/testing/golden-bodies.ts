/** Bodies that the tests of golden bytes share. */
import { apiSchemas, type RequestBody, type ResponseBody, type SchemaName } from '../apis/schemas.js';
import { ZERO_UUID } from '../schema/uuid.js';

export const UUID_TEXT = '00010203-0405-0607-0809-0a0b0c0d0e0f';
export const UUID = 'AAECAwQFBgcICQoLDA0ODw';
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** An API without the types of its bodies; the cases below define them. */
export const schemaOf = (name: SchemaName) => apiSchemas[name] as unknown as typeof apiSchemas.ApiVersions;

export function requestOf<A extends SchemaName>(name: A, fields: Partial<RequestBody<A>>): object {
  return { ...schemaOf(name).request.defaults, ...fields };
}

export function responseOf<A extends SchemaName>(name: A, fields: Partial<ResponseBody<A>>): object {
  return { ...schemaOf(name).response.defaults, ...fields };
}

export function encodedResponse(name: SchemaName, version: number, body: object): Uint8Array {
  return schemaOf(name).response.encode(version, body as never);
}

export const createdTopic = {
  name: 'a',
  numPartitions: 3,
  replicationFactor: 2,
  assignments: [],
  configs: [{ name: 'retention.ms', value: '1' }],
};
export const listed = { partitionIndex: 2, currentLeaderEpoch: -1, timestamp: -2 };
export const fetched = {
  partition: 2,
  currentLeaderEpoch: 4,
  fetchOffset: 2 ** 40,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 900,
  replicaDirectoryId: ZERO_UUID,
  highWatermark: 2n ** 63n - 1n,
};

export function named(name: string) {
  return { topicId: ZERO_UUID, name };
}

/** A body as its version carries it: fields that the version lacks have their defaults. */
export function written(body: object, name: SchemaName, version: number): unknown {
  const { request } = schemaOf(name);
  return request.decode(version, request.encode(version, body as never));
}

export function metadataAnswer(): Partial<ResponseBody<'Metadata'>> {
  return {
    brokers: [{ nodeId: 1, host: 'b1', port: 9092, rack: null }],
    clusterId: 'k',
    controllerId: 3,
    topics: [
      {
        errorCode: 'NONE',
        name: 'a',
        topicId: UUID,
        isInternal: false,
        partitions: [
          {
            errorCode: 'NOT_LEADER_OR_FOLLOWER',
            partitionIndex: 0,
            leaderId: 1,
            leaderEpoch: 5,
            replicaNodes: [1, 2],
            isrNodes: [1],
            offlineReplicas: [2],
          },
        ],
        topicAuthorizedOperations: -2147483648,
      },
    ],
  };
}

export function fetchAnswer(): Partial<ResponseBody<'Fetch'>> {
  const partition = {
    partitionIndex: 2,
    errorCode: 'OFFSET_OUT_OF_RANGE' as const,
    highWatermark: 7,
    lastStableOffset: 6,
    logStartOffset: 5,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: [],
    preferredReadReplica: -1,
    records: null,
  };
  return { sessionId: 9, responses: [{ topic: 'a', topicId: UUID, partitions: [partition] }] };
}
