/** The values of fields by name, for all APIs or for one. A value that stands several times is drawn more often. */
import type { Json, Reference } from './script.js';

const often = (value: Json, times: number): Json[] => Array.from({ length: times }, () => value);

const TOPIC: Json[] = [
  ...often('{t0}', 8),
  ...often('{t1}', 3),
  '{missing}',
  '',
  '.',
  'no such name!',
  'x'.repeat(250),
];
const TOPIC_ID: Json[] = [...often('{id:t0}', 6), ...often('{id:t1}', 2), '{id:unknown}', 'zero'];
const PARTITION: Json[] = [...often(0, 8), 1, 2, 3, -1, 2_147_483_647];
const EPOCH: Json[] = [...often(-1, 5), ...often(0, 3), 1, 7, -2];
const OFFSET: Json[] = [...often(0, 4), 1, 2, 3, 5, 100, -1, -2];
const firstSession: Reference = { $: 'sessionId', index: 0 };
const firstProducer: Reference = { $: 'producerId', index: 0 };
/** A name of a topic that is created: new, in use, illegal. */
const NEW_TOPIC: Json[] = [
  ...often('{c0}', 5),
  ...often('{c1}', 3),
  '{t0}',
  '{c2}.x',
  '{c2}_x',
  '',
  '.',
  '..',
  'no such name!',
  'x'.repeat(250),
  '__cluster_metadata',
];

/** The settings of topics that a script creates or alters, right and wrong. */
const SETTINGS: readonly (readonly [string, string | null])[] = [
  ['max.message.bytes', '1000'],
  ['max.message.bytes', '-1'],
  ['max.message.bytes', 'many'],
  ['min.insync.replicas', '2'],
  ['min.insync.replicas', '0'],
  ['cleanup.policy', 'compact'],
  ['cleanup.policy', 'never'],
  ['compression.type', 'lz4'],
  ['message.timestamp.type', 'LogAppendTime'],
  ['message.timestamp.before.max.ms', '1000'],
  ['retention.ms', '-1'],
  ['retention.bytes', null],
  ['no.such.config', '1'],
  ['', ''],
];

const settings: Json[] = SETTINGS.map(([name, value]) => ({ name, value }));
const operations: Json[] = SETTINGS.flatMap(([name, value]): Json[] => [
  ...often({ name, configOperation: 0, value }, 3),
  { name, configOperation: 1, value: null },
  { name, configOperation: 2, value },
  { name, configOperation: 3, value },
  { name, configOperation: 9, value },
]);

const EVERYWHERE: Readonly<Record<string, readonly Json[]>> = {
  topic: TOPIC,
  topicName: TOPIC,
  topicNames: TOPIC,
  topicId: TOPIC_ID,
  partition: PARTITION,
  partitionIndex: PARTITION,
  index: PARTITION,
  partitions: PARTITION,
  currentLeaderEpoch: EPOCH,
  leaderEpoch: EPOCH,
  lastFetchedEpoch: EPOCH,
  offset: OFFSET,
  fetchOffset: OFFSET,
  /** Long enough: whether a shorter time is over before the answer is a matter of speed. */
  timeoutMs: [20_000],
  isolationLevel: [0, 0, 1, 1, 2, -1],
  acks: [...often(-1, 8), 1, 1, 0, 2, -2],
  transactionalId: often(null, 1),
  validateOnly: [false, false, false, true],
  maxBytes: [...often(1_000_000, 5), 0, 1, 200, -1],
  partitionMaxBytes: [...often(1_000_000, 5), 0, 1, 200, -1],
  maxWaitMs: [0, 0, 0, 50, -1],
  minBytes: [0, 0, 1, 1_000, -1],
  sessionId: [...often(0, 6), firstSession as unknown as Json, 12345],
  sessionEpoch: [...often(-1, 4), ...often(0, 3), 1, 1, 2, 3, -2],
  rackId: ['', '', 'r1'],
  /** Consumers. Requests of replicas need a broker epoch, which only brokers have. */
  replicaId: [...often(-1, 8), -2, -3, 1, 99],
  replicaState: [],
  replicaDirectoryId: ['zero'],
  clusterId: [null, null, null, 'other'],
  timestamp: [-1, -1, -2, -2, -3, -4, -5, -6, -7, 0, 1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000],
  /** Topics alone: the settings of brokers would change the cluster that all scripts share. */
  resourceType: [2, 2, 2, 2, 2, 0, 3, 99],
  resourceName: TOPIC,
  electionType: [0, 0, 1, 2],
  producerId: [-1, -1, -1, firstProducer as unknown as Json, 77],
  producerEpoch: [-1, -1, 0, 1, 5],
  brokerIds: [1, 2, 3, 1, 2, 3, 9, -1],
};

const BY_API: Readonly<Record<string, readonly Json[]>> = {
  'Produce.name': TOPIC,
  'Metadata.name': TOPIC,
  'ListOffsets.name': TOPIC,
  'CreatePartitions.name': TOPIC,
  'DeleteRecords.name': TOPIC,
  'DeleteTopics.name': [...often('{t1}', 3), '{t0}', '{missing}', '', null],
  'DeleteTopics.topicNames': ['{t1}', '{t1}', '{t0}', '{missing}', ''],
  'DeleteTopics.topicId': [...often('zero', 3), '{id:t1}', '{id:unknown}'],
  'Metadata.topicId': [...often('zero', 3), '{id:t0}', '{id:unknown}'],
  'CreateTopics.name': NEW_TOPIC,
  'CreateTopics.numPartitions': [...often(1, 4), ...often(-1, 3), 2, 0, -2],
  'CreateTopics.replicationFactor': [...often(-1, 3), ...often(1, 2), 2, 3, 4, 0, -2],
  'CreateTopics.partitionIndex': [0, 0, 0, 1, 1, 2, -1],
  /** A count that a cluster accepts costs it so many logs: what lies beyond Kafka's limit has ended a cluster before it was refused. */
  'CreatePartitions.count': [4, 5, 1, 3, 0, -1],
  'InitProducerId.transactionTimeoutMs': [1_000, 60_000, 0, -1],
  'CreateTopics.assignments': [
    { partitionIndex: 0, brokerIds: [1, 2] },
    { partitionIndex: 0, brokerIds: [1, 1] },
    { partitionIndex: 0, brokerIds: [1, 9] },
    { partitionIndex: 0, brokerIds: [] },
    { partitionIndex: 1, brokerIds: [1] },
  ],
  'CreateTopics.configs': settings,
  'AlterConfigs.configs': settings,
  'IncrementalAlterConfigs.configs': operations,
  /** Reads of replicas and of tools are tests of replication. */
  'Fetch.replicaId': [-1],
  'ApiVersions.clientSoftwareName': ['conformance', '', 'not a name!', '-x'],
  'ApiVersions.clientSoftwareVersion': ['1.0', '', '-1'],
};

/** Null: the field has no pool. */
export function poolOf(api: string, field: string): readonly Json[] | null {
  const pool = BY_API[`${api}.${field}`] ?? EVERYWHERE[field];
  return pool === undefined || pool.length === 0 ? null : pool;
}
