/** What a broker says of the cluster, its topics and its producers. The expected answers are those of Apache Kafka 4.3. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type MetadataRequest, metadataApi } from '../protocol/apis/03-metadata.js';
import { describeClusterApi } from '../protocol/apis/60-describe-cluster.js';
import { describeTopicPartitionsApi } from '../protocol/apis/75-describe-topic-partitions.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import { uuidOf, ZERO_UUID } from '../protocol/schema/uuid.js';
import { produceRequest, TinyCluster } from '../testing/tiny-cluster.js';

const UNKNOWN_ID = uuidOf([1, 2, 3, 4]);
const TOPIC_OPERATIONS = 3576;

let cluster: TinyCluster;
beforeAll(() => {
  cluster = TinyCluster.ready({ partitions: 3 });
});

const topicId = (): string =>
  cluster.brokers.get('b1')!.replicas!.context.image.topics.get('orders')!.topicId;

function metadata(
  version: number,
  topics: MetadataRequest['topics'],
  changes: Partial<MetadataRequest> = {},
) {
  const request = {
    ...metadataApi.request.defaults,
    topics,
    allowAutoTopicCreation: version < 4,
    ...changes,
  };
  const answer = cluster.requestIn(version, 'b1', 'Metadata', request);
  if (answer === 'closed') throw new Error('closed');
  return answer;
}

const named = (name: string | null, id = ZERO_UUID) => ({ name, topicId: id });
const errors = (answer: ReturnType<typeof metadata>) =>
  answer.topics.map(({ name, errorCode }) => `${name} ${errorCode}`);

describe('Metadata', () => {
  it.each([0, 1, 4, 7, 9, 13])('version %i: a topic by its name', (version) => {
    const answer = metadata(version, [named('orders')]);
    expect(answer.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 2, 3]);
    expect(answer.topics).toMatchObject([{ errorCode: 'NONE', name: 'orders' }]);
    expect(answer.topics[0]?.partitions).toHaveLength(3);
    expect(answer.topics[0]?.topicId === ZERO_UUID).toBe(version < 10);
  });

  it('asks for all topics with null, in version 0 with the empty list', () => {
    expect(errors(metadata(0, []))).toEqual(['orders NONE']);
    expect(errors(metadata(1, null))).toEqual(['orders NONE']);
    expect(errors(metadata(1, []))).toEqual([]);
  });

  it('by topic id: the ids alone count, the unknown ones first', () => {
    const answer = metadata(13, [named(null, UNKNOWN_ID), named(null, topicId()), named('other')]);
    expect(errors(answer)).toEqual(['null UNKNOWN_TOPIC_ID', 'orders NONE']);
    expect(answer.topics[0]?.topicId).toBe(UNKNOWN_ID);
  });

  it('refuses ids, and topics without a name, before version 12', () => {
    const answer = metadata(10, [named('orders', topicId())]);
    expect(answer).toMatchObject({ brokers: [], controllerId: -1, clusterId: null });
    expect(errors(answer)).toEqual(['orders INVALID_REQUEST']);
    expect(errors(metadata(11, [named(null)]))).toEqual([' INVALID_REQUEST']);
    expect(errors(metadata(12, [named(null)]))).toEqual([' UNKNOWN_SERVER_ERROR']);
  });

  it('names a topic once, those that exist first', () => {
    const names = ['nope', 'a b', '', 'orders', 'orders', '__consumer_offsets'];
    const answer = metadata(
      13,
      names.map((name) => named(name)),
    );
    expect(errors(answer)).toEqual([
      'orders NONE',
      'nope UNKNOWN_TOPIC_OR_PARTITION',
      'a b INVALID_TOPIC_EXCEPTION',
      ' INVALID_TOPIC_EXCEPTION',
      '__consumer_offsets UNKNOWN_TOPIC_OR_PARTITION',
    ]);
    expect(answer.topics.at(-1)?.isInternal).toBe(true);
  });

  it('says which operations are authorized, if asked (KIP-430, KIP-700)', () => {
    const asked = { includeTopicAuthorizedOperations: true, includeClusterAuthorizedOperations: true };
    const answer = metadata(8, [named('orders'), named('nope')], asked);
    expect(answer.clusterAuthorizedOperations).toBe(8096);
    expect(answer.topics.map((topic) => topic.topicAuthorizedOperations)).toEqual([
      TOPIC_OPERATIONS,
      TOPIC_OPERATIONS,
    ]);
    expect(metadata(13, [named('orders')]).topics[0]?.topicAuthorizedOperations).toBe(-2_147_483_648);
  });
});

describe('auto.create.topics.enable', () => {
  const askFor = (cluster: TinyCluster, ...names: string[]) => {
    const topics = names.map((name) => named(name));
    const request = { ...metadataApi.request.defaults, topics };
    return cluster.request('b1', 'Metadata', request).topics.map(({ errorCode }) => errorCode);
  };

  it('creates the topic that a client asks for, with the defaults of the broker', () => {
    const created = TinyCluster.ready({
      config: { 'num.partitions': '2', 'default.replication.factor': '3' },
    });
    const unknown = 'UNKNOWN_TOPIC_OR_PARTITION';
    expect(askFor(created, 'new', 'a b', '__consumer_offsets')).toEqual([
      unknown,
      'INVALID_TOPIC_EXCEPTION',
      unknown,
    ]);
    expect(askFor(created, 'new')).toEqual([unknown]);
    created.run(1);
    const { topics } = created.brokers.get('b1')!.replicas!.context.image;
    expect([...topics.keys()]).toEqual(['orders', 'new']);
    expect(topics.get('new')?.partitions.map(({ replicas }) => replicas.length)).toEqual([3, 3]);
    expect(askFor(created, 'new')).toEqual(['NONE']);
  });

  it('creates nothing where it is off', () => {
    const off = TinyCluster.ready({ config: { 'auto.create.topics.enable': 'false' } });
    askFor(off, 'new');
    off.run(1);
    expect(off.brokers.get('b1')!.replicas!.context.image.topics.size).toBe(1);
  });
});

describe('DescribeCluster', () => {
  const ask = (version: number, changes: object) =>
    cluster.requestIn(version, 'b2', 'DescribeCluster', {
      ...describeClusterApi.request.defaults,
      ...changes,
    });

  it('names the brokers, and the authorized operations if asked', () => {
    expect(ask(0, {})).toMatchObject({ errorCode: 'NONE', clusterId: 'tiny', controllerId: 2 });
    const answer = ask(2, { includeClusterAuthorizedOperations: true });
    expect(answer).toMatchObject({ clusterAuthorizedOperations: 8096, endpointType: 1 });
    expect(answer).toMatchObject({
      brokers: [
        { brokerId: 1, isFenced: false },
        { brokerId: 2, isFenced: false },
        { brokerId: 3, isFenced: false },
      ],
    });
  });

  it('names no controllers, and no endpoints of another type', () => {
    expect(ask(2, { endpointType: 2 })).toMatchObject({
      errorCode: 'MISMATCHED_ENDPOINT_TYPE',
      errorMessage:
        'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
      clusterId: '',
    });
    expect(ask(2, { endpointType: 3 })).toMatchObject({
      errorCode: 'UNSUPPORTED_ENDPOINT_TYPE',
      errorMessage: 'Unsupported endpoint type 3',
    });
  });
});

describe('DescribeTopicPartitions (KIP-966)', () => {
  const ask = (names: string[], responsePartitionLimit: number, cursor: [string, number] | null = null) => {
    const answer = cluster.request('b1', 'DescribeTopicPartitions', {
      ...describeTopicPartitionsApi.request.defaults,
      topics: names.map((name) => ({ name })),
      responsePartitionLimit,
      cursor: cursor === null ? null : { topicName: cursor[0], partitionIndex: cursor[1] },
    });
    return {
      topics: answer.topics.map(
        ({ name, errorCode, partitions }) =>
          `${name} ${errorCode} ${partitions.map(({ partitionIndex }) => partitionIndex).join()}`,
      ),
      next: answer.nextCursor,
    };
  };

  it('gives pages in the order of names, an unknown topic among them', () => {
    expect(ask(['orders', 'nope', 'a b'], 2000)).toEqual({
      topics: ['a b INVALID_TOPIC_EXCEPTION ', 'nope UNKNOWN_TOPIC_OR_PARTITION ', 'orders NONE 0,1,2'],
      next: null,
    });
    expect(ask([], 2)).toEqual({
      topics: ['orders NONE 0,1'],
      next: { topicName: 'orders', partitionIndex: 2 },
    });
    expect(ask(['orders', 'zebra'], 1, ['orders', 2])).toEqual({
      topics: ['orders NONE 2'],
      next: { topicName: 'zebra', partitionIndex: 0 },
    });
    expect(ask(['orders'], 0, ['orders', 9])).toEqual({ topics: ['orders NONE '], next: null });
  });

  it('refuses a cursor that is not among the topics', () => {
    expect(ask(['orders'], 2, ['zz', 1]).topics).toEqual(['orders INVALID_REQUEST ']);
    expect(ask(['orders'], 2, ['orders', -1]).topics).toEqual(['orders INVALID_REQUEST ']);
  });
});

describe('DescribeProducers (KIP-664)', () => {
  const ask = (name: string, ...partitionIndexes: number[]) =>
    cluster.request('b1', 'DescribeProducers', { topics: [{ name, partitionIndexes }] }).topics[0]!
      .partitions;

  it('names the problem of each partition', () => {
    expect(ask('orders', 0, 9)).toMatchObject([
      { errorCode: 'NONE', activeProducers: [] },
      { errorCode: 'UNKNOWN_TOPIC_OR_PARTITION', errorMessage: null },
    ]);
    expect(ask('nope', 0)[0]?.errorMessage).toBe('This server does not host this topic-partition.');
    expect(ask('a b', 0)[0]?.errorCode).toBe('INVALID_TOPIC_EXCEPTION');
  });
});

describe('DescribeLogDirs (KIP-113)', () => {
  const ask = (topics: { topic: string; partitions: number[] }[] | null) =>
    cluster.request('b1', 'DescribeLogDirs', { topics }).results[0]!;

  it('gives the size of each replica, or of those that are named', () => {
    cluster.request(cluster.leaderName(), 'Produce', produceRequest(['x'], -1, 5_000));
    const sizes = (topics: Parameters<typeof ask>[0]) =>
      ask(topics).topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, partitionSize }) => `${name}-${partitionIndex} ${partitionSize}`),
      );
    const sizeBytes = produceRequest(['x'], -1, 1).topicData[0]!.partitionData[0]!.records!.length;
    expect(sizes(null).sort()).toEqual([`orders-0 ${sizeBytes}`, 'orders-1 0', 'orders-2 0']);
    expect(sizes([{ topic: 'orders', partitions: [1, 9] }])).toEqual(['orders-1 0']);
    expect(sizes([])).toEqual([]);
    expect(ask([])).toMatchObject({ errorCode: 'NONE', logDir: 'kafka-logs', totalBytes: -1 });
  });
});

describe('an API that the listener does not have', () => {
  it.each(['AlterPartition', 'BrokerRegistration', 'BrokerHeartbeat', 'AllocateProducerIds'] as const)(
    '%s ends the connection to a broker',
    (apiName) => {
      const { request, listeners } = apiSchemas[apiName];
      expect(listeners).not.toContain('broker');
      expect(cluster.requestIn(request.validVersions.highest, 'b1', apiName, request.defaults as never)).toBe(
        'closed',
      );
    },
  );

  it('Metadata ends the connection to a controller', () => {
    expect(cluster.requestIn(13, 'c1', 'Metadata', metadataApi.request.defaults)).toBe('closed');
  });

  it('SASL is refused where no listener asks for it', () => {
    expect(cluster.requestIn(1, 'b1', 'SaslHandshake', { mechanism: 'PLAIN' })).toEqual({
      errorCode: 'ILLEGAL_SASL_STATE',
      mechanisms: [],
    });
    const authBytes = new Uint8Array(2);
    expect(cluster.requestIn(2, 'b1', 'SaslAuthenticate', { authBytes })).toMatchObject({
      errorCode: 'ILLEGAL_SASL_STATE',
    });
  });
});
