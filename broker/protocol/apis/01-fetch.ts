import { api, type RequestOf, type ResponseOf } from '../schema/api.js';
import {
  array,
  bigInt64,
  errorCode,
  int8,
  int32,
  int64,
  records,
  string,
  struct,
  uuid,
} from '../schema/field.js';

const fetchPartition = {
  partition: int32('0+'),
  currentLeaderEpoch: int32('9+', { default: -1, ignorable: true }),
  fetchOffset: int64('0+'),
  lastFetchedEpoch: int32('12+', { default: -1 }),
  logStartOffset: int64('5+', { default: -1, ignorable: true }),
  partitionMaxBytes: int32('0+'),
  replicaDirectoryId: uuid('17+', { taggedVersions: '17+', tag: 0, ignorable: true }),
  highWatermark: bigInt64('18+', {
    taggedVersions: '18+',
    tag: 1,
    default: 9223372036854775807n,
    ignorable: true,
  }),
};

const partitionData = {
  partitionIndex: int32('0+', { echoes: 'partition' }),
  errorCode: errorCode('0+'),
  highWatermark: int64('0+', { onError: -1 }),
  lastStableOffset: int64('4+', { default: -1, ignorable: true }),
  logStartOffset: int64('5+', { default: -1, ignorable: true }),
  divergingEpoch: struct(
    '12+',
    { epoch: int32('12+', { default: -1 }), endOffset: int64('12+', { default: -1 }) },
    { taggedVersions: '12+', tag: 0 },
  ),
  currentLeader: struct(
    '12+',
    { leaderId: int32('12+', { default: -1 }), leaderEpoch: int32('12+', { default: -1 }) },
    { taggedVersions: '12+', tag: 1 },
  ),
  snapshotId: struct(
    '12+',
    { endOffset: int64('0+', { default: -1 }), epoch: int32('0+', { default: -1 }) },
    { taggedVersions: '12+', tag: 2 },
  ),
  abortedTransactions: array(
    '4+',
    { producerId: int64('4+'), firstOffset: int64('4+') },
    { nullableVersions: '4+', ignorable: true },
  ),
  preferredReadReplica: int32('11+', { default: -1 }),
  records: records('0+', { nullableVersions: '0+', onError: new Uint8Array(0) }),
};

/**
 * Fetch (key 1): consumers (`replicaId` −1), followers, and observers and voters of the metadata log `__cluster_metadata`.
 *
 * Versions: 4 isolation levels (KIP-98) · 5 log start offset · 7 sessions (KIP-227) · 9 leader epoch (KIP-320) · 10 zstd · 11 rack
 * (KIP-392) · 12 flexible; last fetched epoch, diverging epoch, snapshot id (KIP-595, KIP-630) · 13 topics by id (KIP-516) ·
 * 14 OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405) · 15 replica state with the broker epoch (KIP-903) · 16 node endpoints (KIP-951) ·
 * 17 replica directory (KIP-853) · 18 the high watermark that the replica knows (KIP-1166).
 * Not served yet: reads from followers (KIP-392), aborted transactions, snapshots, tiered storage.
 */
export const fetchApi = api({
  key: 1,
  name: 'Fetch',
  validVersions: '4-18',
  flexibleVersions: '12+',
  listeners: ['broker', 'controller'],
  request: {
    clusterId: string('12+', {
      nullableVersions: '12+',
      taggedVersions: '12+',
      tag: 0,
      default: null,
      ignorable: true,
    }),
    replicaId: int32('0-14', { default: -1 }),
    replicaState: struct(
      '15+',
      { replicaId: int32('15+', { default: -1 }), replicaEpoch: int64('15+', { default: -1 }) },
      { taggedVersions: '15+', tag: 1 },
    ),
    maxWaitMs: int32('0+'),
    minBytes: int32('0+'),
    maxBytes: int32('3+', { default: 2147483647, ignorable: true }),
    isolationLevel: int8('4+', { ignorable: true }),
    sessionId: int32('7+', { ignorable: true }),
    sessionEpoch: int32('7+', { default: -1, ignorable: true }),
    topics: array('0+', {
      topic: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array('0+', fetchPartition),
    }),
    forgottenTopicsData: array('7+', {
      topic: string('7-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array('7+', 'int32'),
    }),
    rackId: string('11+', { ignorable: true }),
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: errorCode('7+', { ignorable: true }),
    sessionId: int32('7+', { echoes: 'sessionId' }),
    responses: array(
      '0+',
      {
        topic: string('0-12', { ignorable: true, echoes: 'topic' }),
        topicId: uuid('13+', { ignorable: true, echoes: 'topicId' }),
        partitions: array('0+', partitionData, { echoes: 'partitions' }),
      },
      { echoes: 'topics' },
    ),
    nodeEndpoints: array(
      '16+',
      {
        nodeId: int32('16+', { mapKey: true }),
        host: string('16+'),
        port: int32('16+'),
        rack: string('16+', { nullableVersions: '16+', default: null }),
      },
      { taggedVersions: '16+', tag: 0 },
    ),
  },
});

export type FetchRequest = RequestOf<typeof fetchApi>;
export type FetchResponse = ResponseOf<typeof fetchApi>;
export type FetchPartition = FetchRequest['topics'][number]['partitions'][number];
export type FetchPartitionData = FetchResponse['responses'][number]['partitions'][number];

/**
 * From version 15 on the replica id is in the replica state
 * (org.apache.kafka.common.requests.FetchRequest#replicaId).
 */
export const replicaIdOf = ({ replicaId, replicaState }: FetchRequest): number =>
  replicaId === -1 ? replicaState.replicaId : replicaId;

/** The defaults of fields that are mostly left out. */
export const NO_REPLICA: FetchRequest['replicaState'] = fetchApi.request.defaults.replicaState;
export const NO_LEADER = partitionData.currentLeader.defaultValue;
export const NO_DIVERGENCE = partitionData.divergingEpoch.defaultValue;
export const NO_SNAPSHOT = partitionData.snapshotId.defaultValue;
export const NO_ABORTED_TRANSACTIONS = partitionData.abortedTransactions.defaultValue;
/** The value of a replica that does not report the high watermark that it knows. */
export const NO_HIGH_WATERMARK = fetchPartition.highWatermark.defaultValue;
/** The answering broker is the leader: no other address is needed. */
export const NO_ENDPOINTS = fetchApi.response.defaults.nodeEndpoints;
