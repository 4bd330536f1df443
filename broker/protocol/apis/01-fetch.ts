import type { ErrorName } from '../errors.js';
import { api } from '../schema/api.js';
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

/**
 * Fetch (key 1): consumers (`replicaId` −1), followers, and observers and voters of the metadata log `__cluster_metadata`.
 *
 * Versions: 4 isolation levels (KIP-98) · 5 log start offset · 7 sessions (KIP-227) · 9 leader epoch (KIP-320) · 10 zstd · 11 rack
 * (KIP-392) · 12 flexible; last fetched epoch, diverging epoch, snapshot id (KIP-595, KIP-630) · 13 topics by id (KIP-516) ·
 * 14 OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405) · 15 replica state with the broker epoch (KIP-903) · 16 node endpoints (KIP-951) ·
 * 17 replica directory (KIP-853) · 18 the high watermark that the replica knows (KIP-1166).
 * Not served yet: rack-aware reads, aborted transactions, snapshots, tiered storage.
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
      partitions: array('0+', {
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
      }),
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
        partitions: array(
          '0+',
          {
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
            records: records('0+', { nullableVersions: '0+' }),
          },
          { echoes: 'partitions' },
        ),
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

/**
 * Fetch (key 1), by consumers (`replicaId` −1), followers, and observers of the metadata log. Sessions as in KIP-227;
 * epochs and truncation-on-fetch as in KIP-320 and KIP-595 (`lastFetchedEpoch` up, `divergingEpoch` down).
 */
export interface FetchRequest {
  /** −1 for consumers. */
  readonly replicaId: number;
  /** The follower's broker epoch (KIP-903), −1 for consumers. */
  readonly replicaEpoch: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: 0 | 1;
  /** 0 and epoch 0 ask for a new session; 0 and −1 for a full fetch without one. */
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchPartition[] }[];
  readonly forgottenTopicsData: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface FetchPartition {
  readonly partition: number;
  /** −1: unknown, no epoch check. */
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  /** The epoch of the last record the follower has, −1 when its log is empty. */
  readonly lastFetchedEpoch: number;
  /** The follower's log start offset, −1 for consumers. */
  readonly logStartOffset: number;
  readonly partitionMaxBytes: number;
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: ErrorName;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly FetchPartitionData[];
  }[];
}

export interface FetchPartitionData {
  readonly partitionIndex: number;
  readonly errorCode: ErrorName;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Set when the follower's (lastFetchedEpoch, fetchOffset) is not on the leader's history. */
  readonly divergingEpoch?: { readonly epoch: number; readonly endOffset: number } | undefined;
  readonly currentLeader?: { readonly leaderId: number; readonly leaderEpoch: number } | undefined;
  /** Whole record batches, the first perhaps starting below the fetch offset; null when there are none. */
  readonly records: Uint8Array | null;
}
