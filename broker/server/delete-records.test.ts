/** DeleteRecords on a cluster of three brokers. The expected answers are those of Apache Kafka 4.3. */
import { describe, expect, it } from 'vitest';
import { TinyCluster } from '../testing/tiny-cluster.js';

const SMALL = { 'segment.bytes': '1024', 'retention.ms': '-1' };

function request(offset: number, timeoutMs = 5_000, name = 'orders', partitionIndex = 0) {
  return { topics: [{ name, partitions: [{ partitionIndex, offset }] }], timeoutMs };
}

function deleteAt(cluster: TinyCluster, broker: string, body: ReturnType<typeof request>) {
  return cluster.request(broker, 'DeleteRecords', body).topics[0]?.partitions[0];
}

function withRecords(count: number, options: ConstructorParameters<typeof TinyCluster>[0] = {}): TinyCluster {
  const cluster = TinyCluster.ready({ topicConfig: SMALL, ...options });
  for (let number = 0; number < count; number++)
    expect(cluster.produce(cluster.leaderName(), [String(number).repeat(300)])).toBe('NONE');
  return cluster;
}

const starts = (cluster: TinyCluster): number[] =>
  ['b1', 'b2', 'b3'].map((name) => cluster.replica(name).log.logStartOffset);

describe('DeleteRecords', () => {
  it('is answered when every live replica begins at the offset', () => {
    const cluster = withRecords(6);
    const answer = deleteAt(cluster, cluster.leaderName(), request(4));
    expect(answer).toEqual({ partitionIndex: 0, lowWatermark: 4, errorCode: 'NONE' });
    expect(starts(cluster)).toEqual([4, 4, 4]);
    expect(cluster.consume(cluster.leaderName(), 3).errorCode).toBe('OFFSET_OUT_OF_RANGE');
  });

  it('takes −1 for the high watermark', () => {
    const cluster = withRecords(3);
    expect(deleteAt(cluster, cluster.leaderName(), request(-1))).toMatchObject({ lowWatermark: 3 });
    expect(starts(cluster)).toEqual([3, 3, 3]);
  });

  it('does not wait for a broker that is fenced, which follows when it is back', () => {
    const cluster = withRecords(6);
    const away = cluster.followerNames()[0]!;
    cluster.crash(away);
    cluster.run(20);
    const leader = cluster.leaderName();
    expect(cluster.produce(leader, ['x'])).toBe('NONE');
    expect(deleteAt(cluster, leader, request(7))).toMatchObject({ lowWatermark: 7, errorCode: 'NONE' });
    cluster.startBroker(away);
    cluster.run(20);
    expect(starts(cluster)).toEqual([7, 7, 7]);
    expect(cluster.replica(away).log.logEndOffset).toBe(7);
  });

  it('times out while a live replica does not follow, and says how far the replicas are', () => {
    const cluster = withRecords(2);
    const [away] = cluster.followerNames();
    cluster.crash(away!);
    const answer = deleteAt(cluster, cluster.leaderName(), request(2, 200));
    expect(answer).toEqual({ partitionIndex: 0, lowWatermark: 0, errorCode: 'REQUEST_TIMED_OUT' });
  });

  it('is refused with the error of Kafka', () => {
    const cluster = withRecords(2);
    const leader = cluster.leaderName();
    const errorOf = (broker: string, body: ReturnType<typeof request>) => deleteAt(cluster, broker, body);
    expect(errorOf(leader, request(3))).toMatchObject({ lowWatermark: -1, errorCode: 'OFFSET_OUT_OF_RANGE' });
    expect(errorOf(leader, request(-2))).toMatchObject({ errorCode: 'OFFSET_OUT_OF_RANGE' });
    expect(errorOf(cluster.followerNames()[0]!, request(1))).toMatchObject({
      lowWatermark: -1,
      errorCode: 'NOT_LEADER_OR_FOLLOWER',
    });
    expect(errorOf(leader, request(1, 5_000, 'nobody'))).toMatchObject({
      errorCode: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
    expect(errorOf(leader, request(1, 5_000, 'orders', 7))).toMatchObject({
      errorCode: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
    expect(starts(cluster)).toEqual([0, 0, 0]);
  });

  it('is refused for a topic that is only compacted', () => {
    const cluster = TinyCluster.ready({ topicConfig: { 'cleanup.policy': 'compact' } });
    expect(deleteAt(cluster, cluster.leaderName(), request(0))).toMatchObject({
      errorCode: 'POLICY_VIOLATION',
    });
  });

  it.each([0, 1, 2])('version %i has the same answer', (version) => {
    const cluster = withRecords(2);
    const answer = cluster.requestIn(version, cluster.leaderName(), 'DeleteRecords', request(1));
    expect(answer).toMatchObject({
      topics: [{ name: 'orders', partitions: [{ lowWatermark: 1, errorCode: 'NONE' }] }],
    });
  });

  it('of a part of a batch leaves the rest of the batch, on a follower without a log, too', () => {
    const cluster = TinyCluster.ready({ topicConfig: SMALL });
    const leader = cluster.leaderName();
    cluster.produce(leader, ['a', 'b', 'c']);
    const away = cluster.followerNames()[0]!;
    cluster.crash(away);
    cluster.run(20);
    cluster.host(away).disk.files.clear();
    expect(deleteAt(cluster, leader, request(1))).toMatchObject({ lowWatermark: 1 });
    cluster.startBroker(away);
    cluster.run(20);
    expect(starts(cluster)).toEqual([1, 1, 1]);
    expect(cluster.logOf(away)).toEqual(['a', 'b', 'c']);
    expect(cluster.replica(away).log.logEndOffset).toBe(3);
  });
});

describe('retention', () => {
  it('deletes old segments on each replica, at the interval of the checks, and not before', () => {
    const cluster = withRecords(9, {
      topicConfig: { ...SMALL, 'retention.ms': '3000' },
      config: { 'log.initial.task.delay.ms': '20000', 'log.retention.check.interval.ms': '1000' },
    });
    expect(starts(cluster)).toEqual([0, 0, 0]);
    cluster.run(40);
    expect(starts(cluster)).toEqual([9, 9, 9]);
    expect(cluster.produce(cluster.leaderName(), ['next'])).toBe('NONE');
    expect(cluster.replica(cluster.leaderName()).log.logEndOffset).toBe(10);
  });
});
