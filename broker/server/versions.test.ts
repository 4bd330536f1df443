/** Produce, Fetch and ListOffsets in every version. The expected answers are those of Apache Kafka 4.3. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FetchRequest } from '../protocol/apis/01-fetch.js';
import type { ListOffsetsRequest } from '../protocol/apis/02-list-offsets.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import { buildBatch } from '../protocol/record-batch.js';
import { uuidOf, ZERO_UUID } from '../protocol/schema/uuid.js';
import { fetchRequest, produceRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

const UNKNOWN_ID = uuidOf([1, 2, 3, 4]);
const START = 1_700_000_000_000;

let cluster: TinyCluster;
let leader: string;
let follower: string;
let topicId: string;

beforeAll(() => {
  cluster = TinyCluster.ready({ partitions: 1 });
  leader = cluster.leaderName();
  follower = cluster.followerNames()[0]!;
  topicId = cluster.brokers.get(leader)!.replicas!.context.image.topics.get('orders')!.topicId;
});

const versionsOf = (name: keyof typeof apiSchemas): number[] => {
  const { lowest, highest } = apiSchemas[name].validVersions;
  return Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
};

function answered<T>(answer: T | 'closed'): T {
  if (answer === 'closed') throw new Error('closed');
  return answer;
}

/** Names the topic as `version` does. */
function identified(version: number, name = 'orders', id = topicId) {
  return version >= 13 ? { name: '', topic: '', topicId: id } : { name, topic: name, topicId: ZERO_UUID };
}

describe('Produce', () => {
  function produce(version: number, broker: string, topic: object = identified(version)) {
    const request = produceRequest([`in version ${version}`], -1, 5_000);
    const topicData = request.topicData.map((named) => ({ ...named, ...topic }));
    const body = { ...request, topicData };
    return answered(cluster.requestIn(version, broker, 'Produce', body)).responses[0]!;
  }

  it.each(versionsOf('Produce'))('version %i appends, and says where', (version) => {
    const before = cluster.replica(leader).log.logEndOffset;
    const { name, topicId: id, partitionResponses } = produce(version, leader);
    expect([name, id]).toEqual(version >= 13 ? ['', topicId] : ['orders', ZERO_UUID]);
    expect(partitionResponses).toMatchObject([
      { errorCode: 'NONE', baseOffset: before, logStartOffset: version >= 5 ? 0 : -1 },
    ]);
  });

  it.each(versionsOf('Produce'))('version %i to a follower is refused', (version) => {
    const { partitionResponses } = produce(version, follower);
    const { leaderId } = partitionResponses[0]!.currentLeader;
    expect(partitionResponses).toMatchObject([{ errorCode: 'NOT_LEADER_OR_FOLLOWER', baseOffset: -1 }]);
    expect(leaderId).toBe(version >= 10 ? Number(leader.slice(1)) : -1);
  });

  it('of an unknown topic: by name and by id', () => {
    expect(produce(12, leader, identified(12, 'nope')).partitionResponses[0]?.errorCode).toBe(
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
    const byId = produce(13, leader, identified(13, '', UNKNOWN_ID));
    expect(byId).toMatchObject({
      topicId: UNKNOWN_ID,
      partitionResponses: [{ errorCode: 'UNKNOWN_TOPIC_ID' }],
    });
  });
});

describe('Fetch', () => {
  function fetch(
    version: number,
    broker: string,
    changes: Partial<FetchRequest> = {},
    topic: object = identified(version),
    partition: object = {},
  ) {
    const request = fetchRequest(0, {}, partition);
    const topics = request.topics.map((named) => ({ ...named, ...topic }));
    const body = { ...request, topics, ...changes };
    return answered(cluster.requestIn(version, broker, 'Fetch', body));
  }
  const dataOf = ({ responses }: ReturnType<typeof fetch>) => responses[0]!.partitions[0]!;

  it.each(versionsOf('Fetch'))('version %i reads, and names the topic as it was asked', (version) => {
    const answer = fetch(version, leader);
    const { topic, topicId: id } = answer.responses[0]!;
    expect([topic, id]).toEqual(version >= 13 ? ['', topicId] : ['orders', ZERO_UUID]);
    expect(valuesOf(dataOf(answer))[0]).toBe('in version 3');
  });

  it.each(versionsOf('Fetch'))('version %i from a follower is served from 11 on (KIP-392)', (version) => {
    cluster.run(1);
    const data = dataOf(fetch(version, follower));
    const { highWatermark } = cluster.replica(follower);
    if (version < 11) {
      expect([data.errorCode, data.currentLeader.leaderId]).toEqual(['NOT_LEADER_OR_FOLLOWER', -1]);
    } else {
      expect(data).toMatchObject({ errorCode: 'NONE', highWatermark, preferredReadReplica: -1 });
      expect(valuesOf(data)[0]).toBe('in version 3');
    }
  });

  it('from a follower: another leader epoch than its own is refused, and so is a replica', () => {
    expect(dataOf(fetch(18, follower, {}, identified(18), { currentLeaderEpoch: 99 })).errorCode).toBe(
      'UNKNOWN_LEADER_EPOCH',
    );
    const replicaState = { replicaId: 3, replicaEpoch: -1 };
    expect(dataOf(fetch(18, follower, { replicaState })).errorCode).toBe('NOT_LEADER_OR_FOLLOWER');
  });

  it('of an unknown topic: by name and by id', () => {
    expect(dataOf(fetch(11, leader, {}, identified(11, 'nope'))).errorCode).toBe(
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
    expect(dataOf(fetch(17, leader, {}, identified(17, '', UNKNOWN_ID))).errorCode).toBe('UNKNOWN_TOPIC_ID');
    expect(dataOf(fetch(11, leader, {}, identified(11), { partition: 9 })).errorCode).toBe(
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
  });

  it('keeps a session by name, which a fetch by id does not continue', () => {
    const session = fetch(11, leader, { sessionEpoch: 0 });
    const { sessionId } = session;
    expect(sessionId).toBeGreaterThan(0);
    expect(fetch(17, leader, { sessionId, sessionEpoch: 1, topics: [] }).errorCode).toBe(
      'FETCH_SESSION_TOPIC_ID_ERROR',
    );
    const forgottenTopicsData = [{ topic: 'orders', topicId: ZERO_UUID, partitions: [0] }];
    const forgotten = { sessionId, sessionEpoch: 1, topics: [], forgottenTopicsData };
    expect(fetch(11, leader, forgotten)).toMatchObject({ errorCode: 'NONE', sessionId, responses: [] });
  });

  it.each<[string, object, object, string]>([
    ['an offset below the log', {}, { fetchOffset: -1 }, 'OFFSET_OUT_OF_RANGE'],
    ['a negative leader epoch, which is an unknown one', {}, { currentLeaderEpoch: -2 }, 'NONE'],
    ['a leader epoch from the future', {}, { currentLeaderEpoch: 99 }, 'UNKNOWN_LEADER_EPOCH'],
    ['a negative wait', { maxWaitMs: -5 }, {}, 'NONE'],
    ['a negative maximum', { maxBytes: -5 }, {}, 'UNKNOWN_SERVER_ERROR'],
    ['a negative maximum of the partition', {}, { partitionMaxBytes: -1 }, 'UNKNOWN_SERVER_ERROR'],
    ['an unknown isolation level', { isolationLevel: 2 }, {}, 'UNKNOWN_SERVER_ERROR'],
  ])('%s', (_what, changes, partition, errorCode) => {
    expect(dataOf(fetch(11, leader, changes, identified(11), partition)).errorCode).toBe(errorCode);
  });
});

describe('ListOffsets', () => {
  type Asked = ListOffsetsRequest['topics'][number]['partitions'][number];

  function list(version: number, partitions: Partial<Asked>[], changes: object = {}, broker = leader) {
    const body: ListOffsetsRequest = {
      ...apiSchemas.ListOffsets.request.defaults,
      replicaId: -1,
      topics: [
        {
          name: 'orders',
          partitions: partitions.map((asked) => ({
            partitionIndex: 0,
            currentLeaderEpoch: -1,
            timestamp: -1,
            ...asked,
          })),
        },
      ],
      ...changes,
    };
    return answered(cluster.requestIn(version, broker, 'ListOffsets', body)).topics[0]!.partitions;
  }

  it.each(versionsOf('ListOffsets'))('version %i finds both ends', (version) => {
    const end = cluster.replica(leader).log.logEndOffset;
    const epochOf = (leaderEpoch: number) => (version >= 4 ? leaderEpoch : -1);
    const { leaderEpoch } = cluster.replica(leader);
    expect(list(version, [{ timestamp: -1 }])).toMatchObject([
      { errorCode: 'NONE', offset: end, timestamp: -1, leaderEpoch: epochOf(leaderEpoch) },
    ]);
    expect(list(version, [{ timestamp: -2 }])).toMatchObject([{ offset: 0, leaderEpoch: epochOf(0) }]);
  });

  it.each([
    [-3, 7],
    [-4, 8],
    [-5, 9],
    [-6, 11],
  ])('timestamp %i is known from version %i on', (timestamp, lowest) => {
    expect(list(lowest - 1, [{ timestamp }])[0]?.errorCode).toBe('UNSUPPORTED_VERSION');
    expect(list(lowest, [{ timestamp }])[0]?.errorCode).toBe('NONE');
    expect(list(11, [{ timestamp: -7 }])[0]?.errorCode).toBe('UNSUPPORTED_VERSION');
  });

  it('searches by timestamp, up to the high watermark', () => {
    const base = cluster.replica(leader).log.logEndOffset;
    const times = [START, START + 50, START + 20];
    const records = buildBatch({
      baseOffset: 0,
      leaderEpoch: -1,
      producerId: -1,
      producerEpoch: -1,
      baseSequence: -1,
      timestamp: START,
      records: times.map((timestamp) => ({ key: null, value: new Uint8Array(1), timestamp })),
    });
    const topicData = [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }];
    cluster.request(leader, 'Produce', { ...produceRequest([], -1, 5_000), topicData });
    const { leaderEpoch } = cluster.replica(leader);
    const at = (timestamp: number) => list(7, [{ timestamp }])[0];
    expect(at(START)).toMatchObject({ offset: base, timestamp: START, leaderEpoch });
    expect(at(START + 1)).toMatchObject({ offset: base + 1, timestamp: START + 50 });
    expect(at(START + 51)).toMatchObject({ offset: -1, timestamp: -1, leaderEpoch: -1, errorCode: 'NONE' });
    expect(at(-3)).toMatchObject({ offset: base + 1, timestamp: START + 50 });
    expect(list(8, [{ timestamp: -4 }])).toMatchObject([{ offset: 0, timestamp: -1 }]);
    expect(list(11, [{ timestamp: -6 }])).toMatchObject([{ offset: -1, timestamp: -1, leaderEpoch: -1 }]);
  });

  it.each<[string, object[], object, string]>([
    ['an older leader epoch', [{ currentLeaderEpoch: -2 }], {}, 'FENCED_LEADER_EPOCH'],
    ['a leader epoch from the future', [{ currentLeaderEpoch: 99 }], {}, 'UNKNOWN_LEADER_EPOCH'],
    ['an unknown partition', [{ partitionIndex: 9 }], {}, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition named twice', [{}, { timestamp: -2 }], {}, 'INVALID_REQUEST'],
    ['an unknown isolation level', [{}], { isolationLevel: 2 }, 'UNKNOWN_SERVER_ERROR'],
  ])('%s', (_what, partitions, changes, errorCode) => {
    for (const found of list(7, partitions, changes)) expect(found.errorCode).toBe(errorCode);
  });

  it('reads from a follower for a tool that asks for that (replica id −2)', () => {
    expect(list(7, [{}], {}, follower)[0]?.errorCode).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(list(7, [{}], { replicaId: -2 }, follower)[0]?.errorCode).toBe('NONE');
  });
});

describe('OffsetForLeaderEpoch and InitProducerId', () => {
  it.each(versionsOf('OffsetForLeaderEpoch'))('version %i: the end of an epoch', (version) => {
    const asked = { partition: 0, currentLeaderEpoch: -1, leaderEpoch: cluster.replica(leader).leaderEpoch };
    const answer = answered(
      cluster.requestIn(version, leader, 'OffsetForLeaderEpoch', {
        replicaId: -1,
        topics: [{ topic: 'orders', partitions: [asked] }],
      }),
    );
    expect(answer.topics[0]?.partitions).toMatchObject([
      { errorCode: 'NONE', endOffset: cluster.replica(leader).log.logEndOffset },
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5])('version %i: a producer id, and its epoch', (version) => {
    const body = { ...apiSchemas.InitProducerId.request.defaults, transactionalId: null };
    const answer = answered(cluster.requestIn(version, leader, 'InitProducerId', body));
    expect(answer).toMatchObject({ errorCode: 'NONE', producerEpoch: 0 });
    expect(answer.producerId).toBeGreaterThanOrEqual(0);
  });

  it('a producer id without its epoch is refused', () => {
    const body = { ...apiSchemas.InitProducerId.request.defaults, transactionalId: null, producerId: 5 };
    expect(answered(cluster.requestIn(5, leader, 'InitProducerId', body)).errorCode).toBe('INVALID_REQUEST');
  });
});
