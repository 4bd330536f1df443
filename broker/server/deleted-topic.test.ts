import { describe, expect, it } from 'vitest';
import { metadataApi } from '../protocol/apis/03-metadata.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { fetchRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

const DELAY_SECONDS = 10;
const BROKERS = ['b1', 'b2', 'b3'];

const ready = () =>
  TinyCluster.ready({
    config: { 'log.segment.delete.delay.ms': `${DELAY_SECONDS * 1000}` },
    topicConfig: { 'min.insync.replicas': '2' },
  });

function deleteOrders(cluster: TinyCluster, through = 'c1'): void {
  const topics = [{ name: 'orders', topicId: ZERO_UUID }];
  const { responses } = cluster.request(through, 'DeleteTopics', {
    topics,
    topicNames: [],
    timeoutMs: 5_000,
  });
  expect(responses).toMatchObject([{ name: 'orders', errorCode: 'NONE' }]);
}

function createOrders(cluster: TinyCluster): void {
  const topic = { name: 'orders', numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] };
  const answer = cluster.request('c1', 'CreateTopics', {
    timeoutMs: 0,
    topics: [topic],
    validateOnly: false,
  });
  expect(answer.topics[0]?.errorCode).toBe('NONE');
}

/** The directories in the log directory of a broker, without the checkpoints. */
function directoriesOf(cluster: TinyCluster, broker: string): readonly string[] {
  const names = [...cluster.host(broker).disk.files.keys()].map((path) => path.split('/'));
  return [...new Set(names.filter((parts) => parts.length > 2).map((parts) => parts[1]!))].sort();
}

const topicIdIn = (cluster: TinyCluster, broker: string, directory: string): string =>
  new TextDecoder()
    .decode(cluster.host(broker).disk.content(`kafka-logs/${directory}/partition.metadata`))
    .replace(/^version: 0\ntopic_id: /, '');

const idOf = (cluster: TinyCluster, broker: string): string =>
  cluster.brokers.get(broker)?.replicas?.context.image.topics.get('orders')?.topicId ?? '';

describe('a topic that is deleted', () => {
  it('is gone from every broker: requests fail, the directories are renamed and deleted after the delay', () => {
    const cluster = ready();
    const leader = cluster.leaderName();
    cluster.produce(leader, ['old']);
    deleteOrders(cluster, leader);
    cluster.run(1);
    expect(cluster.findLeader()).toBeNull();
    expect(cluster.produce(leader, ['late'])).toBe('UNKNOWN_TOPIC_ID');
    for (const broker of BROKERS) {
      expect(directoriesOf(cluster, broker)).toEqual([
        expect.stringMatching(/^orders-0\.[0-9a-f]{32}-delete$/),
      ]);
    }
    cluster.run(DELAY_SECONDS);
    for (const broker of BROKERS) expect(directoriesOf(cluster, broker)).toEqual([]);
    const { topics } = cluster.request(leader, 'Metadata', { ...metadataApi.request.defaults, topics: null });
    expect(topics).toEqual([]);
  });

  it('made again is another topic: none of the old records, and UNKNOWN_TOPIC_ID for the old id', () => {
    const cluster = ready();
    cluster.produce(cluster.leaderName(), ['old', 'older']);
    const formerId = idOf(cluster, 'b1');
    deleteOrders(cluster);
    createOrders(cluster);
    cluster.awaitFullIsr();
    const leader = cluster.leaderName();
    expect(cluster.produce(leader, ['new'])).toBe('NONE');
    expect(cluster.consume(leader).values).toEqual(['new']);
    for (const broker of BROKERS) {
      cluster.hosts.runUntil(
        `${broker} has the record`,
        () => cluster.replica(broker).log.logEndOffset === 1,
      );
      expect(topicIdIn(cluster, broker, 'orders-0')).toBe(idOf(cluster, broker));
      expect(idOf(cluster, broker)).not.toBe(formerId);
    }
    const request = fetchRequest(0);
    const topics = request.topics.map((topic) => ({ ...topic, topicId: formerId }));
    const answers: string[] = [];
    cluster.send(leader, 'Fetch', { ...request, topics }, (result) => {
      const data = result.ok ? result.body.responses[0]?.partitions[0] : undefined;
      answers.push(`${data?.errorCode} ${valuesOf(data).join()}`);
    });
    cluster.hosts.runUntil('an answer', () => answers.length > 0);
    expect(answers).toEqual(['UNKNOWN_TOPIC_ID ']);
  });

  it('answers the requests that wait for it', () => {
    const cluster = ready();
    const leader = cluster.leaderName();
    for (const follower of cluster.followerNames()) cluster.hosts.cut(leader, follower);
    const waiting = cluster.produceLater(leader, ['waits'], { timeoutMs: 60_000 });
    const fetched: string[] = [];
    const fetch = fetchRequest(0, { maxWaitMs: 60_000 });
    const topics = fetch.topics.map((topic) => ({ ...topic, topicId: idOf(cluster, leader) }));
    cluster.send(
      leader,
      'Fetch',
      { ...fetch, topics },
      (result) => fetched.push((result.ok && result.body.responses[0]?.partitions[0]?.errorCode) || 'none'),
      'consumer',
    );
    cluster.run(0.1);
    expect([waiting, fetched]).toEqual([[], []]);
    deleteOrders(cluster);
    cluster.run(1);
    expect(waiting[0]?.responses[0]?.partitionResponses[0]?.errorCode).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(fetched).toEqual(['UNKNOWN_TOPIC_ID']);
  });

  it('is set aside as a stray by a broker that was down meanwhile, and the new topic begins empty there', () => {
    const cluster = ready();
    cluster.produce(cluster.leaderName(), ['old', 'older']);
    const absent = cluster.followerNames()[0]!;
    cluster.crash(absent);
    cluster.run(12);
    deleteOrders(cluster);
    createOrders(cluster);
    cluster.run(1);
    expect(cluster.produce(cluster.leaderName(), ['new'])).toBe('NONE');
    cluster.startBroker(absent);
    cluster.awaitFullIsr();
    expect(cluster.logOf(absent)).toEqual(['new']);
    const [own, stray] = directoriesOf(cluster, absent);
    expect(own).toBe('orders-0');
    expect(stray).toMatch(/^orders-0\.[0-9a-f]{32}-stray$/);
    expect(topicIdIn(cluster, absent, stray!)).not.toBe(idOf(cluster, absent));
    expect(cluster.replica(absent).highWatermark).toBeLessThanOrEqual(1);
    cluster.run(DELAY_SECONDS + 1);
    expect(directoriesOf(cluster, absent)).toContain(stray);
  });

  it('is deleted by the next start if the broker crashed before the delay was over', () => {
    const cluster = ready();
    const broker = cluster.followerNames()[0]!;
    deleteOrders(cluster);
    cluster.run(1);
    cluster.crash(broker);
    expect(directoriesOf(cluster, broker)).toHaveLength(1);
    cluster.startBroker(broker);
    cluster.run(DELAY_SECONDS + 20);
    expect(directoriesOf(cluster, broker)).toEqual([]);
  });

  it.each(['crash', 'power loss'])(
    'survives a %s at every step of its deletion and of its making again',
    (end) => {
      for (let steps = 0; steps < 40; steps += 1) {
        const cluster = ready();
        cluster.produce(cluster.leaderName(), ['old']);
        const broker = cluster.followerNames()[0]!;
        const { disk } = cluster.host(broker);
        const formerId = idOf(cluster, broker);
        deleteOrders(cluster);
        createOrders(cluster);
        const isAffected = () => directoriesOf(cluster, broker).some((name) => name.endsWith('-delete'));
        cluster.hosts.runUntil('the deletion has begun', () => isAffected());
        cluster.hosts.run(steps * 10);
        cluster.crash(broker);
        if (end === 'power loss') disk.powerLoss();
        cluster.startBroker(broker);
        cluster.awaitFullIsr();
        expect(cluster.produce(cluster.leaderName(), ['new']), `${steps}`).toBe('NONE');
        cluster.hosts.runUntil('replicated', () => cluster.replica(broker).log.logEndOffset === 1);
        expect(cluster.logOf(broker), `${steps}`).toEqual(['new']);
        expect(topicIdIn(cluster, broker, 'orders-0')).not.toBe(formerId);
        expect(cluster.host(broker).halted).toBeNull();
      }
    },
  );
});
