import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KafkaCluster } from './kafka-cluster.js';
import { startCluster } from './start-cluster.js';
import { runVerifiableProducer } from './verifiable-producer.js';

const topics = { orders: { partitions: 2, replicationFactor: 3 } };
let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startCluster({ brokers: 3, topics });
});
afterAll(() => cluster.close());

it("prints the lines of Kafka's own tool: a start, an outcome of every record, the end, the sums", async () => {
  const lines: Record<string, unknown>[] = [];
  await runVerifiableProducer({
    bootstrap: cluster.addresses,
    topic: 'orders',
    maxMessages: 40,
    throughput: -1,
    createTimeMs: -1,
    valuePrefix: 7,
    repeatingKeys: 3,
    config: { acks: '-1' },
    print: (line) => lines.push(JSON.parse(line)),
    hasStopped: () => false,
  });
  expect(lines.map(({ name }) => name)).toEqual([
    'startup_complete',
    ...Array.from({ length: 40 }, () => 'producer_send_success'),
    'shutdown_complete',
    'tool_data',
  ]);
  const sends = lines.slice(1, 41);
  const numbers = Array.from({ length: 40 }, (_, index) => index);
  expect(sends.map(({ value }) => value).sort()).toEqual(numbers.map((each) => `7.${each}`).sort());
  expect(new Set(sends.map(({ key }) => key))).toEqual(new Set(['0', '1', '2']));
  expect(sends.every(({ topic, offset }) => topic === 'orders' && Number(offset) >= 0)).toBe(true);
  expect(lines.at(-1)).toMatchObject({ sent: 40, acked: 40, target_throughput: -1 });
});

it('keeps to its throughput, and ends early when it is stopped', async () => {
  const lines: string[] = [];
  const startedAt = performance.now();
  await runVerifiableProducer({
    bootstrap: cluster.addresses,
    topic: 'orders',
    maxMessages: -1,
    throughput: 100,
    createTimeMs: 1_700_000_000_000,
    valuePrefix: null,
    repeatingKeys: null,
    config: {},
    print: (line) => lines.push(line),
    hasStopped: () => performance.now() - startedAt > 600,
  });
  const { sent, acked } = JSON.parse(lines.at(-1)!);
  expect(sent).toBe(acked);
  expect(sent).toBeGreaterThan(10);
  expect(sent).toBeLessThanOrEqual(100);
});
