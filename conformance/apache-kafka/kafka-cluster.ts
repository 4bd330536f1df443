/**
 * A real Apache Kafka cluster on loopback: three nodes, each broker and controller (KRaft combined mode). Every node is a process of
 * its own, ended by its process id. Three nodes take about 6 s to start and 0.5 to 1 GB.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Properties } from '../../broker/config/definitions.js';
import type { Cluster } from '../cluster.js';
import { awaitBrokers } from '../wire/await-cluster.js';
import { freePorts } from '../wire/free-ports.js';
import type { KafkaDistribution } from './distribution.js';

const NODES = [1, 2, 3] as const;
/** Small and quick to start: a conformance run asks for little and lasts minutes. */
const JVM_OPTIONS = [
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

interface KafkaNode {
  readonly nodeId: number;
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly propertiesFile: string;
  readonly logFile: string;
}

export interface RealCluster extends Cluster {
  /** The process of each broker, by broker id. */
  readonly processIds: ReadonlyMap<number, number>;
  kill(brokerId: number, signal: NodeJS.Signals): void;
  start(brokerId: number): void;
}

export async function startKafka(distribution: KafkaDistribution, config: Properties): Promise<RealCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'seismolog-kafka-'));
  const nodes = await describeNodes(folder, config);
  const clusterId = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
  await Promise.all(nodes.map((node) => format(distribution, clusterId, node)));
  const processes = new Map<number, ChildProcess>();
  const start = (node: KafkaNode): void => {
    processes.set(node.nodeId, spawnNode(distribution, node));
  };
  for (const node of nodes) start(node);
  const endWithParent = (): void => {
    for (const child of processes.values()) child.kill('SIGKILL');
  };
  process.once('exit', endWithParent);
  const brokers = new Map(nodes.map((node) => [node.nodeId, { host: '127.0.0.1', port: node.brokerPort }]));
  const close = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((child) => end(child)));
    process.removeListener('exit', endWithParent);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await awaitBrokers(brokers, START_TIMEOUT_MS);
  } catch (error) {
    const logs = await Promise.all(nodes.map(({ logFile }) => readFile(logFile, 'utf8')));
    await close();
    throw new Error(`Apache Kafka did not start:\n${logs.join('\n').slice(-4000)}`, { cause: error });
  }
  return {
    name: 'Apache Kafka',
    brokers,
    bootstrapServers: [...brokers.values()].map(({ host, port }) => `${host}:${port}`).join(','),
    get processIds() {
      return new Map([...processes].map(([nodeId, child]) => [nodeId, child.pid ?? -1]));
    },
    kill: (brokerId, signal) => void processes.get(brokerId)?.kill(signal),
    start: (brokerId) => start(nodes.find(({ nodeId }) => nodeId === brokerId)!),
    close,
  };
}

async function describeNodes(folder: string, config: Properties): Promise<readonly KafkaNode[]> {
  const ports = await freePorts(2 * NODES.length);
  const described = NODES.map((nodeId, index): KafkaNode & { readonly logs: string } => ({
    nodeId,
    brokerPort: ports[index]!,
    controllerPort: ports[NODES.length + index]!,
    propertiesFile: join(folder, `server-${nodeId}.properties`),
    logFile: join(folder, `server-${nodeId}.log`),
    logs: join(folder, `logs-${nodeId}`),
  }));
  const voters = described.map((node) => `${node.nodeId}@127.0.0.1:${node.controllerPort}`).join(',');
  for (const { nodeId, brokerPort, controllerPort, propertiesFile, logs } of described) {
    const properties: Properties = {
      'process.roles': 'broker,controller',
      'node.id': `${nodeId}`,
      'controller.quorum.voters': voters,
      listeners: `PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${brokerPort}`,
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'log.dirs': logs,
      'offsets.topic.num.partitions': '4',
      'transaction.state.log.num.partitions': '4',
      'group.initial.rebalance.delay.ms': '0',
      ...config,
    };
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
    await writeFile(propertiesFile, `${lines.join('\n')}\n`);
  }
  return described;
}

function format(distribution: KafkaDistribution, clusterId: string, node: KafkaNode): Promise<void> {
  const { java, classPath } = distribution;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', node.propertiesFile];
  const child = spawn(java, [...JVM_OPTIONS, '-cp', classPath, ...tool], { stdio: ['ignore', 'ignore', 2] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`StorageTool ended with code ${code}`)),
    );
  });
}

function spawnNode({ java, classPath }: KafkaDistribution, node: KafkaNode): ChildProcess {
  const log = openSync(node.logFile, 'a');
  return spawn(java, [...JVM_OPTIONS, '-cp', classPath, 'kafka.Kafka', node.propertiesFile], {
    stdio: ['ignore', log, log],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const hasExited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await hasExited;
  clearTimeout(timer);
}
