/**
 * One disturbance of the leader under load. Kafka's own verifiable clients write and read; their lines are judged by the checkers of
 * this project, and the metadata of a broker that is not disturbed gives the timeline.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import { createTopicsApi } from '../../broker/protocol/apis/19-create-topics.js';
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import { checkAnyFile } from '../../live/check-any-file.js';
import type { KafkaDistribution } from '../apache-kafka/distribution.js';
import { delay, until } from '../wire/await-cluster.js';
import { RawClient } from '../wire/raw-client.js';
import type { Disturbance, FaultyCluster } from './faulty-cluster.js';

export interface FaultRun {
  readonly cluster: string;
  readonly disturbance: Disturbance;
  readonly acknowledged: number;
  readonly sendErrors: number;
  /** The longest time between two acknowledgements once the producer ran. */
  readonly longestPauseMs: number;
  /** Changes of leader, leader epoch and ISR, with the time since the disturbance began. */
  readonly timeline: readonly string[];
  readonly verdict: string;
  readonly anomalies: readonly string[];
}

const JVM_OPTIONS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx256m'];
const THROUGHPUT = 200;
const WARM_UP_MS = 3_000;
/** Longer than `broker.session.timeout.ms`, so that a paused broker is fenced. */
const DISTURBED_MS = 14_000;
const SETTLED_MS = 3_000;
const RECOVERY_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 60_000;
const SAMPLE_MS = 50;

let runs = 0;

export async function runFault(
  cluster: FaultyCluster,
  disturbance: Disturbance,
  distribution: KafkaDistribution,
): Promise<FaultRun> {
  runs += 1;
  const topic = `faults-${runs}`;
  const leader = await createTopic(cluster, topic);
  const producer = startTool(distribution, 'VerifiableProducer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic],
    ...['--throughput', `${THROUGHPUT}`, '--acks', '-1'],
  ]);
  const lines = new Lines(producer);
  await lines.until('producer_send_success');
  await delay(WARM_UP_MS);
  const witness = [...cluster.brokers].find(([brokerId]) => brokerId !== leader)![1];
  const client = new RawClient(witness);
  const timeline = new Timeline(client, topic);
  const sampling = timeline.run();
  lines.measurePauses();
  const end = cluster.disturb(leader, disturbance);
  await delay(DISTURBED_MS);
  end();
  await until('the ISR is whole', RECOVERY_TIMEOUT_MS, async () => timeline.isrSize === 3);
  await delay(SETTLED_MS);
  producer.kill('SIGTERM');
  await once(producer, 'close');
  timeline.stop();
  await sampling;
  client.close();
  const read = await readAll(cluster, topic, distribution, lines.count('producer_send_success'));
  return {
    cluster: cluster.name,
    disturbance,
    acknowledged: lines.count('producer_send_success'),
    sendErrors: lines.count('producer_send_error'),
    longestPauseMs: lines.longestPauseMs,
    timeline: timeline.shown,
    ...judge(`${lines.text}${read}`),
  };
}

async function createTopic(cluster: FaultyCluster, topic: string): Promise<number> {
  const client = new RawClient([...cluster.brokers.values()][0]!);
  const described = {
    name: topic,
    numPartitions: 1,
    replicationFactor: 3,
    assignments: [],
    configs: [{ name: 'min.insync.replicas', value: '2' }],
  };
  const body = { ...createTopicsApi.request.defaults, topics: [described], timeoutMs: 10_000 };
  await client.request('CreateTopics', 5, body);
  let leader = -1;
  await until('the topic has a leader', RECOVERY_TIMEOUT_MS, async () => {
    const state = await partitionOf(client, topic);
    leader = state?.isrNodes.length === 3 ? state.leaderId : -1;
    return leader >= 0;
  });
  client.close();
  return leader;
}

async function partitionOf(client: RawClient, topic: string) {
  const topics = [{ topicId: ZERO_UUID, name: topic }];
  const body = { ...metadataApi.request.defaults, topics, allowAutoTopicCreation: false };
  const outcome = await client.request('Metadata', 9, body);
  return outcome.kind === 'answer' ? outcome.body.topics[0]?.partitions[0] : undefined;
}

/** What another broker says of the partition, whenever it changes. */
class Timeline {
  readonly #client: RawClient;
  readonly #topic: string;
  readonly #begin = performance.now();
  readonly #lines: string[] = [];
  #last = '';
  #isOver = false;
  isrSize = 0;

  constructor(client: RawClient, topic: string) {
    this.#client = client;
    this.#topic = topic;
  }

  /** Without the first, which is the state before. */
  get shown(): readonly string[] {
    return this.#lines.slice(1);
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      const state = await partitionOf(this.#client, this.#topic);
      if (state !== undefined) {
        this.isrSize = state.isrNodes.length;
        const now = `leader ${state.leaderId}, epoch ${state.leaderEpoch}, ISR ${[...state.isrNodes].sort().join(' ')}`;
        const seconds = ((performance.now() - this.#begin) / 1_000).toFixed(1);
        if (now !== this.#last) this.#lines.push(`${seconds} s: ${now}`);
        this.#last = now;
      }
      await delay(SAMPLE_MS);
    }
  }

  stop(): void {
    this.#isOver = true;
  }
}

/** The lines that a tool prints. */
class Lines {
  text = '';
  longestPauseMs = 0;
  #lastSuccess: number | null = null;

  constructor(child: ChildProcess) {
    child.stdout?.on('data', (piece) => this.#take(String(piece)));
  }

  measurePauses(): void {
    this.#lastSuccess = performance.now();
  }

  count(name: string): number {
    return this.text.split(`"${name}"`).length - 1;
  }

  until(name: string): Promise<void> {
    return until(`a line ${name}`, READ_TIMEOUT_MS, async () => this.count(name) > 0);
  }

  #take(piece: string): void {
    this.text += piece;
    if (this.#lastSuccess === null || !piece.includes('producer_send_success')) return;
    const now = performance.now();
    this.longestPauseMs = Math.max(this.longestPauseMs, Math.round(now - this.#lastSuccess));
    this.#lastSuccess = now;
  }
}

async function readAll(
  cluster: FaultyCluster,
  topic: string,
  distribution: KafkaDistribution,
  count: number,
): Promise<string> {
  const consumer = startTool(distribution, 'VerifiableConsumer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--group-id', topic],
    ...['--verbose', '--reset-policy', 'earliest', '--group-protocol', 'classic'],
  ]);
  const lines = new Lines(consumer);
  await until('everything is read', READ_TIMEOUT_MS, async () => lines.count('record_data') >= count).catch(
    () => undefined,
  );
  await delay(SETTLED_MS);
  consumer.kill('SIGTERM');
  await once(consumer, 'close');
  return lines.text;
}

function judge(lines: string): Pick<FaultRun, 'verdict' | 'anomalies'> {
  const folder = mkdtempSync(join(tmpdir(), 'seismolog-lines-'));
  const path = join(folder, 'lines.jsonl');
  writeFileSync(path, lines);
  try {
    const { verdict, anomalies } = checkAnyFile(path);
    return { verdict, anomalies: anomalies.map(({ name }) => name) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startTool(
  { java, classPath }: KafkaDistribution,
  tool: string,
  args: readonly string[],
): ChildProcess {
  return spawn(java, [...JVM_OPTIONS, '-cp', classPath, `org.apache.kafka.tools.${tool}`, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
