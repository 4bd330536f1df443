import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkAnyFile } from './check-any-file.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { startCluster } from './start-cluster.js';
import { runVerifiableConsumer, type VerifiableConsumerRun } from './verifiable-consumer.js';
import { runVerifiableProducer } from './verifiable-producer.js';

const RECORDS = 30;
const folder = mkdtempSync(join(tmpdir(), 'seismolog-consumer-'));
const produced: string[] = [];
let cluster: KafkaCluster;

beforeAll(async () => {
  cluster = await startCluster({ brokers: 3, topics: { orders: { partitions: 2, replicationFactor: 3 } } });
  await runVerifiableProducer({
    bootstrap: cluster.addresses,
    topic: 'orders',
    maxMessages: RECORDS,
    throughput: -1,
    createTimeMs: -1,
    valuePrefix: null,
    repeatingKeys: 4,
    config: { acks: '-1' },
    print: (line) => produced.push(line),
    hasStopped: () => false,
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster.close();
});

async function consumed(group: string, given: Partial<VerifiableConsumerRun> = {}): Promise<string[]> {
  const lines: string[] = [];
  await runVerifiableConsumer({
    bootstrap: cluster.addresses,
    topic: 'orders',
    maxMessages: RECORDS,
    isVerbose: true,
    commitsItself: false,
    config: { 'group.id': group, 'auto.offset.reset': 'earliest', 'enable.auto.commit': 'false' },
    print: (line) => lines.push(line),
    onStop: () => undefined,
    ...given,
  });
  return lines;
}

it("prints the lines of Kafka's own tool, which `check` judges", async () => {
  const lines = await consumed('judged');
  const messages: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  const names = messages.map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['startup_complete', 'partitions_assigned']);
  expect(names.slice(-2)).toEqual(['partitions_revoked', 'shutdown_complete']);
  expect(names.filter((name) => name === 'record_data')).toHaveLength(RECORDS);
  const polls = messages.filter(({ name }) => name === 'records_consumed');
  const commits = messages.filter(({ name }) => name === 'offsets_committed');
  expect(polls.reduce((sum, { count }) => sum + Number(count), 0)).toBe(RECORDS);
  expect(commits).toHaveLength(polls.length);
  expect(commits.every(({ success }) => success === true)).toBe(true);
  const path = join(folder, 'lines');
  writeFileSync(path, [...produced, ...lines].join('\n'));
  expect(checkAnyFile(path)).toMatchObject({ verdict: 'valid' });
});

it('goes on at the committed offset, and leaves records beyond --max-messages to the group', async () => {
  const first = await consumed('shared', { maxMessages: 7, isVerbose: false });
  const second = await consumed('shared', { maxMessages: RECORDS - 7 });
  const count = (lines: readonly string[]): number =>
    lines.reduce((sum, line) => sum + Number(JSON.parse(line).count ?? 0), 0);
  expect([count(first), count(second)]).toEqual([7, RECORDS - 7]);
  expect(first.some((line) => line.includes('record_data'))).toBe(false);
});

it('ends when it is stopped, while it waits for records', async () => {
  const stops: (() => void)[] = [];
  const running = consumed('stopped', { maxMessages: -1, onStop: (stop) => void stops.push(stop) });
  setTimeout(() => stops[0]?.(), 300);
  const lines = await running;
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ name: 'shutdown_complete' });
});
