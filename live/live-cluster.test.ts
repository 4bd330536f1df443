/** A live cluster with an unmodified client, and its ends: controlled, of one broker, and of the whole process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveClusterOptions } from './kafka-cluster.js';
import { LiveCluster } from './live-cluster.js';
import { readTopic } from './read-topic.js';

let running: LiveCluster | null = null;
const failures: unknown[] = [];
afterEach(async () => {
  await running?.close();
  running = null;
  expect(failures.splice(0)).toEqual([]);
});

async function start(options: LiveClusterOptions): Promise<LiveCluster> {
  running = await LiveCluster.start({ onError: (_node, error) => failures.push(error), ...options });
  return running;
}

const kafkaOf = (cluster: LiveCluster): Kafka =>
  new Kafka({
    clientId: 'test',
    brokers: cluster.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, retries: 20 },
  });

async function sendValues(cluster: LiveCluster, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkaOf(cluster).producer({
    idempotent: true,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (const value of values) await producer.send({ topic, acks: -1, messages: [{ key: value, value }] });
  await producer.disconnect();
}

const numbered = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);

describe('a live cluster', () => {
  it('creates topics and stores what KafkaJS sends', async () => {
    const cluster = await start({ brokers: 3, topics: { orders: { partitions: 3, replicationFactor: 3 } } });
    const admin = kafkaOf(cluster).admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: 'made-by-client', numPartitions: 2, replicationFactor: 2 }],
    });
    expect((await admin.listTopics()).sort()).toEqual(['made-by-client', 'orders']);
    await admin.disconnect();
    const sent = numbered(20, 'a');
    await sendValues(cluster, 'orders', sent);
    expect([...(await readTopic(cluster.addresses, 'orders', 3, sent.length))].sort()).toEqual(sent);
  });

  it('goes on when a broker is killed, and the broker catches up when it starts again', async () => {
    const cluster = await start({
      brokers: 3,
      topics: { orders: { partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } } },
      config: { 'broker.session.timeout.ms': '600', 'broker.heartbeat.interval.ms': '100' },
    });
    await sendValues(cluster, 'orders', numbered(5, 'a'));
    const [first, ...others] = cluster.brokers;
    first!.crash();
    expect(first!.state).toBe('down');
    const survivors = cluster.addresses.slice(1);
    await sendValues(cluster, 'orders', numbered(5, 'b'));
    await first!.launch();
    const expected = [...numbered(5, 'a'), ...numbered(5, 'b')];
    expect(await readTopic(survivors, 'orders', 1, expected.length)).toEqual(expected);
    expect(others.every(({ state }) => state === 'up')).toBe(true);
  });

  it('leaves no broker behind when it is closed while one starts again', async () => {
    const cluster = await start({ brokers: 1 });
    const [broker] = cluster.brokers;
    broker?.crash();
    expect(broker?.start()).toBe(true);
    await cluster.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(broker?.state).toBe('down');
  });

  it('refuses a configuration that Kafka refuses', async () => {
    await expect(LiveCluster.start({ config: { 'min.insync.replica': '2' } })).rejects.toThrow(
      'min.insync.replica',
    );
  });

  it('refuses a directory that another cluster uses, and starts on it at once after that one was killed', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'seismolog-live-'));
    const topics = { orders: { partitions: 1, replicationFactor: 3 } };
    // Longer than a start may take: the second start would fail if it waited for the sessions of the first.
    const config = { 'broker.session.timeout.ms': '600000' };
    const first = await start({ brokers: 3, topics, config, dataDirectory });
    await expect(LiveCluster.start({ brokers: 3, dataDirectory })).rejects.toThrow('is used by process');
    await sendValues(first, 'orders', ['before']);
    first.kill();
    const second = await start({ brokers: 3, topics, config, dataDirectory });
    expect(second.clusterId).toBe(first.clusterId);
    expect(await readTopic(second.addresses, 'orders', 1, 1)).toEqual(['before']);
    await second.close();
    rmSync(dataDirectory, { recursive: true });
  });

  it('says which port is taken', async () => {
    const cluster = await start({});
    const taken = { host: '127.0.0.1', port: cluster.addresses[0]!.port };
    await expect(LiveCluster.start({ listen: taken })).rejects.toThrow('EADDRINUSE');
  });
});
