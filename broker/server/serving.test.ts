/** The responses of a broker to single requests: fetch sessions, offsets, metadata, and malformed values. */
import { describe, expect, it } from 'vitest';
import type { FetchRequest } from '../protocol/apis/01-fetch.js';
import { metadataApi } from '../protocol/apis/03-metadata.js';
import { initProducerIdApi } from '../protocol/apis/22-init-producer-id.js';
import { apiSchemas } from '../protocol/apis/schemas.js';
import type { ApiName } from '../protocol/frame.js';
import { buildBatch } from '../protocol/record-batch.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { fetchRequest, produceRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

const twoInSync = { topicConfig: { 'min.insync.replicas': '2' } };

function inSession(cluster: TinyCluster, changes: Partial<FetchRequest>, fetchOffset: number | null = null) {
  const body = fetchRequest(fetchOffset ?? 0, fetchOffset === null ? { ...changes, topics: [] } : changes);
  return cluster.request(cluster.leaderName(), 'Fetch', body, 'consumer');
}

describe('a fetch session (KIP-227)', () => {
  it('answers an incremental fetch with what changed, and with nothing when nothing did', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const full = inSession(cluster, { sessionEpoch: 0 }, 0);
    const { sessionId } = full;
    expect(sessionId).toBeGreaterThan(0);
    expect(full.responses[0]?.partitions).toHaveLength(1);
    expect(inSession(cluster, { sessionId, sessionEpoch: 1 }).responses).toEqual([]);
    cluster.produce(cluster.leaderName(), ['new']);
    const changed = inSession(cluster, { sessionId, sessionEpoch: 2 });
    expect(valuesOf(changed.responses[0]?.partitions[0])).toEqual(['new']);
    // No new fetch offset confirmed the records, so they are sent again.
    const again = inSession(cluster, { sessionId, sessionEpoch: 3 });
    expect(valuesOf(again.responses[0]?.partitions[0])).toEqual(['new']);
    expect(inSession(cluster, { sessionId, sessionEpoch: 4 }, 1).responses).toEqual([]);
  });

  it('refuses an epoch out of turn and a session it does not know', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const { sessionId } = inSession(cluster, { sessionEpoch: 0 }, 0);
    expect(inSession(cluster, { sessionId, sessionEpoch: 7 }).errorCode).toBe('INVALID_FETCH_SESSION_EPOCH');
    expect(inSession(cluster, { sessionId: sessionId - 1, sessionEpoch: 1 }).errorCode).toBe(
      'FETCH_SESSION_ID_NOT_FOUND',
    );
  });

  it('says no more about a forgotten partition', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const { sessionId } = inSession(cluster, { sessionEpoch: 0 }, 0);
    cluster.produce(cluster.leaderName(), ['unheard']);
    const forgottenTopicsData = [{ topic: 'orders', topicId: ZERO_UUID, partitions: [0] }];
    expect(inSession(cluster, { sessionId, sessionEpoch: 1, forgottenTopicsData }).responses).toEqual([]);
    expect(inSession(cluster, { sessionId, sessionEpoch: 2 }).responses).toEqual([]);
  });

  it('waits for something to read, and no longer than asked', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const before = cluster.hosts.now;
    const idle = cluster.request(leader, 'Fetch', fetchRequest(0, { maxWaitMs: 300 }), 'consumer');
    expect(valuesOf(idle.responses[0]?.partitions[0])).toEqual([]);
    expect(cluster.hosts.now - before).toBeGreaterThanOrEqual(300_000);
    cluster.hosts.at(50_000, () => void cluster.produceLater(leader, ['awaited']));
    const start = cluster.hosts.now;
    const woken = cluster.request(leader, 'Fetch', fetchRequest(0, { maxWaitMs: 30_000 }), 'consumer');
    expect(valuesOf(woken.responses[0]?.partitions[0])).toEqual(['awaited']);
    expect(cluster.hosts.now - start).toBeLessThan(100_000);
  });

  it('holds an answer back until there are minBytes', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const sizeBytes = produceRequest(['12345'], -1, 1).topicData[0]!.partitionData[0]!.records!.length;
    cluster.hosts.at(10_000, () => void cluster.produceLater(leader, ['12345']));
    cluster.hosts.at(100_000, () => void cluster.produceLater(leader, ['67890']));
    const body = fetchRequest(0, { maxWaitMs: 30_000, minBytes: sizeBytes + 1 });
    const answer = cluster.request(leader, 'Fetch', body, 'consumer');
    expect(valuesOf(answer.responses[0]?.partitions[0])).toEqual(['12345', '67890']);
  });

  it('loses no partition whose time is up while the disk is asked for it', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    // More than a tail cache keeps, so a new read goes to the disk.
    for (let count = 0; count < 3; count++) cluster.produce(leader, ['x'.repeat(60_000)]);
    const maxWaitMs = 5;
    const more = { maxWaitMs, minBytes: 1 << 20 };
    for (let earlier = 200; earlier <= 600; earlier += 5) {
      cluster.hosts.at(maxWaitMs * 1000 - earlier, () => void cluster.produceLater(leader, ['waking']));
      const first = inSession(cluster, { ...more, sessionEpoch: 0 }, 0);
      const { sessionId } = first;
      const next = inSession(cluster, { sessionId, sessionEpoch: 1 });
      const values = [first, next].flatMap(({ responses }) => valuesOf(responses[0]?.partitions[0]));
      expect(values.length, `woken ${earlier} µs before its time was up`).toBeGreaterThanOrEqual(3);
    }
  });

  it('costs what changed, not what it covers: one record among 200 partitions', () => {
    let looks = 0;
    const cluster = TinyCluster.ready({
      partitions: 200,
      topicConfig: { 'min.insync.replicas': '2' },
      rules: {
        divergence: () => {
          looks += 1;
          return null;
        },
      },
    });
    cluster.run(3);
    looks = 0;
    cluster.run(5);
    expect(looks).toBeLessThan(100);
    looks = 0;
    expect(cluster.produce(cluster.leaderName(), ['one'])).toBe('NONE');
    expect(looks).toBeLessThan(20);
  });
});

describe('offsets', () => {
  it('are OFFSET_NOT_AVAILABLE while a new leader does not know what was committed (KIP-207)', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    const [left, right] = cluster.followerNames();
    cluster.produce(leader, ['one']);
    cluster.crash(leader);
    cluster.hosts.cut(left!, right!);
    const next = cluster.awaitNewLeader(cluster.replica(leader).leaderEpoch);
    const latest = () => {
      const asked = { partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 };
      const body = {
        replicaId: -1,
        isolationLevel: 0,
        timeoutMs: 0,
        topics: [{ name: 'orders', partitions: [asked] }],
      };
      return cluster.request(next, 'ListOffsets', body).topics[0]?.partitions[0];
    };
    expect(latest()?.errorCode).toBe('OFFSET_NOT_AVAILABLE');
    cluster.hosts.heal();
    cluster.hosts.runUntil('high watermark', () => cluster.replica(next).highWatermark === 1);
    expect(latest()).toMatchObject({ errorCode: 'NONE', offset: 1 });
  });

  it('out of range are refused to consumers', () => {
    const cluster = TinyCluster.ready(twoInSync);
    expect(cluster.consume(cluster.leaderName(), 5).errorCode).toBe('OFFSET_OUT_OF_RANGE');
  });

  it('of an epoch end where the next began (KIP-279)', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const leader = cluster.leaderName();
    cluster.produce(leader, ['one']);
    const epoch = cluster.replica(leader).leaderEpoch;
    cluster.crash(leader);
    const next = cluster.awaitNewLeader(epoch);
    cluster.produce(next, ['two']);
    const asked = { partition: 0, currentLeaderEpoch: -1, leaderEpoch: epoch };
    const answer = cluster.request(next, 'OffsetForLeaderEpoch', {
      replicaId: -1,
      topics: [{ topic: 'orders', partitions: [asked] }],
    });
    expect(answer.topics[0]?.partitions[0]).toMatchObject({
      errorCode: 'NONE',
      leaderEpoch: epoch,
      endOffset: 1,
    });
  });
});

describe('metadata', () => {
  it('names leaders and live brokers, and LEADER_NOT_AVAILABLE where there is none', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const ask = (broker: string) =>
      cluster.request(broker, 'Metadata', {
        ...metadataApi.request.defaults,
        topics: ['orders', 'none'].map((name) => ({ topicId: ZERO_UUID, name })),
      });
    const all = ask('b1');
    expect(all.brokers.map(({ nodeId }) => nodeId).sort()).toEqual([1, 2, 3]);
    expect(all.topics[0]?.partitions[0]?.leaderId).toBe(Number(cluster.leaderName().slice(1)));
    expect(all.topics[1]?.errorCode).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    const [survivor] = cluster.followerNames();
    for (const name of ['b1', 'b2', 'b3']) if (name !== survivor) cluster.crash(name);
    cluster.run(30);
    expect(ask(survivor!).brokers).toHaveLength(1);
  });
});

describe('ApiVersions', () => {
  it('names every API that a broker serves, and none that is only for controllers', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const body = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
    const { errorCode, apiKeys } = cluster.request('b1', 'ApiVersions', body);
    expect([errorCode, ...apiKeys.map(({ apiKey }) => apiKey)]).toEqual([
      'NONE',
      0,
      1,
      2,
      3,
      8,
      9,
      10,
      11,
      12,
      13,
      14,
      15,
      16,
      17,
      18,
      19,
      20,
      21,
      22,
      23,
      32,
      33,
      35,
      36,
      37,
      42,
      43,
      44,
      47,
      55,
      60,
      61,
      75,
    ]);
  });
});

describe('producer ids', () => {
  it('differ for every idempotent producer, whichever broker it asks', () => {
    const cluster = TinyCluster.ready(twoInSync);
    const body = { ...initProducerIdApi.request.defaults, transactionalId: null };
    const ids = ['b1', 'b2', 'b3', 'b1'].map(
      (name) => cluster.request(name, 'InitProducerId', body).producerId,
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('are forgotten when their producer has been idle for producer.id.expiration.ms (KAFKA-14097)', () => {
    const asked: number[] = [];
    const cluster = TinyCluster.ready({
      ...twoInSync,
      config: { 'producer.id.expiration.ms': '5000', 'producer.id.expiration.check.interval.ms': '1000' },
      rules: { isProducerExpired: (input) => asked.push(input.expirationMillis) > 0 },
    });
    const record = { key: null, value: new Uint8Array(8), timestamp: 0 };
    const batch = { baseOffset: 0, leaderEpoch: -1, producerId: 7, producerEpoch: 0, baseSequence: 0 };
    const records = buildBatch({ ...batch, timestamp: 0, records: [record] });
    cluster.request(cluster.leaderName(), 'Produce', {
      ...produceRequest([], -1, 5_000),
      topicData: [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }],
    });
    cluster.run(3);
    expect(new Set(asked)).toEqual(new Set([5000]));
    // Three replicas forgot the producer, and are not asked to forget it again.
    const askedOnce = asked.length;
    cluster.run(3);
    expect(asked).toHaveLength(askedOnce);
  });
});

describe('values that mean nothing', () => {
  const { Produce, ListOffsets, Metadata, OffsetForLeaderEpoch, InitProducerId } = apiSchemas;
  const orders = { topic: 'orders', name: 'orders', topicId: ZERO_UUID };
  const produced = (index: number, records: Uint8Array | null) => [
    { ...orders, partitionData: [{ index, records }] },
  ];
  const fetched = (asked: object) => fetchRequest(0, {}, asked);
  const listed = { partitionIndex: 0, currentLeaderEpoch: -9, timestamp: -1 };
  const values: readonly (readonly [ApiName, object])[] = [
    ['Produce', { ...Produce.request.defaults, acks: 7, topicData: produced(0, new Uint8Array(3)) }],
    ['Produce', { ...Produce.request.defaults, acks: 1, timeoutMs: -5, topicData: produced(0, null) }],
    ['Produce', { ...Produce.request.defaults, acks: 1, topicData: produced(-1, new Uint8Array(0)) }],
    ['Fetch', { ...fetchRequest(0), isolationLevel: 9 }],
    ['Fetch', fetched({ partition: -3 })],
    ['Fetch', fetched({ fetchOffset: -1 })],
    ['ListOffsets', { ...ListOffsets.request.defaults, topics: [{ ...orders, partitions: [listed] }] }],
    ['Metadata', { ...Metadata.request.defaults, topics: [{ topicId: ZERO_UUID, name: '../etc' }] }],
    ['Metadata', { ...Metadata.request.defaults, topics: [{ topicId: ZERO_UUID, name: null }] }],
    [
      'OffsetForLeaderEpoch',
      {
        ...OffsetForLeaderEpoch.request.defaults,
        topics: [{ ...orders, partitions: [{ partition: 0, currentLeaderEpoch: -9, leaderEpoch: 1 }] }],
      },
    ],
    ['InitProducerId', { ...InitProducerId.request.defaults, transactionalId: 't' }],
  ];

  it.each(values)('in a %s get an error code and harm nobody (%#)', (apiName, body) => {
    const cluster = TinyCluster.ready(twoInSync);
    const answer = JSON.stringify(cluster.request(cluster.leaderName(), apiName, body as never));
    expect(answer).toMatch(
      /INVALID|UNKNOWN_TOPIC|UNKNOWN_SERVER_ERROR|OFFSET_OUT_OF_RANGE|FENCED_LEADER_EPOCH/,
    );
    expect(cluster.produce(cluster.leaderName(), ['still alive'])).toBe('NONE');
  });
});
