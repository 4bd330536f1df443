/**
 * A cluster on the network and the disks of this machine: one controller and its brokers, in this process, each with
 * a port and a directory. Every connection is real TCP, also those between the nodes. Faults can be injected into
 * each door.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerServer } from '../broker/controller/controller-server.js';
import type { Address, Logger } from '../broker/env.js';
import { readUuid } from '../broker/protocol/schema/uuid.js';
import { BrokerServer, type ClientListener } from '../broker/server/broker-server.js';
import { brokerHost, CONTROLLER_HOST, CONTROLLER_ID } from '../scenarios/cluster/cluster-spec.js';
import { readKafkaStreams } from '../scenarios/cluster/kafka-streams.js';
import { clusterState, partitionDirectory } from './cluster-state.js';
import { lockDirectory } from './directory-lock.js';
import { LiveFaults } from './faults/live-faults.js';
import { LiveNetwork } from './faults/live-network.js';
import { LiveWorld } from './faults/live-world.js';
import type {
  ClusterState,
  FaultToInject,
  InjectedFault,
  KafkaCluster,
  LiveClusterOptions,
  PartitionState,
} from './kafka-cluster.js';
import { LiveNode } from './live-node.js';
import { rulesOfProcess } from './live-rules.js';
import { LOOPBACK } from './loopback.js';
import {
  type ListenerSecurity,
  listenerSecurity,
  SECURITY_PROTOCOLS,
  splitSecurity,
} from './security/listener-security.js';
import { awaitBrokers, createTopics } from './start-up.js';

const READY_TIMEOUT_MILLIS = 60_000;
const silent: Logger = { enabled: false, log: () => undefined };

export class LiveCluster implements KafkaCluster {
  readonly brokers: readonly LiveNode<BrokerServer>[];
  readonly controller: LiveNode<ControllerServer>;
  readonly clusterId: string;
  readonly faults: LiveFaults;
  readonly #host: string;
  readonly #temporaryDirectory: string | null;
  readonly #unlock: () => void;

  private constructor(options: LiveClusterOptions) {
    const { brokers = 1, logger = silent } = options;
    const { security: keys, rest: config } = splitSecurity(options.config ?? {});
    const security = listenerSecurity(keys, options.scramUsers);
    const listen = options.listen ?? security.address ?? { host: LOOPBACK, port: 0 };
    this.#temporaryDirectory =
      options.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), 'seismolog-')) : null;
    const root = this.#temporaryDirectory ?? options.dataDirectory ?? '';
    mkdirSync(root, { recursive: true });
    this.#unlock = lockDirectory(root);
    this.#host = listen.host;
    this.clusterId = clusterIdOf(root) ?? newClusterId();
    const { clusterId } = this;
    const network = new LiveNetwork(readKafkaStreams);
    const { onHalt = printHalt, onError = printError } = options;
    const node = (name: string, host: string) => ({
      name,
      host,
      directory: join(root, name),
      network,
      logger,
      onHalt,
      onError,
    });
    const server = { clusterId, config, rules: rulesOfProcess(), observer: null };
    this.controller = new LiveNode(0, {
      ...node(CONTROLLER_HOST, LOOPBACK),
      makeServer: (env, { port }, answerRules) =>
        new ControllerServer(env, { ...server, nodeId: CONTROLLER_ID, port, answerRules }),
    });
    this.brokers = Array.from({ length: brokers }, (_, index) => {
      const brokerId = index + 1;
      return new LiveNode(listen.port === 0 ? 0 : listen.port + index, {
        ...node(brokerHost(brokerId), listen.host),
        tls: security.tls,
        hasInnerListener: security.protocol !== 'PLAINTEXT',
        makeServer: (env, { port, innerPort }, answerRules) => {
          const controller = { host: LOOPBACK, port: this.controller.port };
          return new BrokerServer(env, {
            ...server,
            brokerId,
            host: listen.host,
            port,
            controller,
            answerRules,
            ...this.#clientListener(security, innerPort),
          });
        },
      });
    });
    this.faults = new LiveFaults(
      {
        world: new LiveWorld(this.#nodes, network),
        brokers: this.brokers.map(({ name }) => name),
        controllers: [CONTROLLER_HOST],
        partitions: partitionDirectory(() => this.controller.server?.image ?? null),
        onPhase: options.onFault ?? null,
      },
      options.faults ?? null,
    );
  }

  /** Resolves when every broker serves and every topic has its leaders. Then the fault plan begins. */
  static async start(options: LiveClusterOptions): Promise<LiveCluster> {
    const cluster = new LiveCluster(options);
    try {
      await cluster.controller.launch();
      for (const broker of cluster.brokers) await broker.launch();
      const addresses = cluster.#innerAddresses;
      await awaitBrokers(addresses, READY_TIMEOUT_MILLIS);
      await createTopics(addresses, options.topics ?? {}, READY_TIMEOUT_MILLIS);
      await cluster.#allReplicasOpen();
      cluster.faults.start();
      return cluster;
    } catch (error) {
      cluster.kill();
      throw error;
    }
  }

  get addresses(): readonly Address[] {
    return this.brokers.map(({ port }) => ({ host: this.#host, port }));
  }

  /** Where the brokers serve without authentication, for programs of this process. */
  get #innerAddresses(): readonly Address[] {
    return this.brokers.map(({ port, innerPort }) => ({
      host: innerPort === port ? this.#host : LOOPBACK,
      port: innerPort,
    }));
  }

  #clientListener(
    security: ListenerSecurity,
    innerPort: number,
  ): { readonly clientListener?: ClientListener } {
    const { protocol, listenerName: name, sasl } = security;
    if (protocol === 'PLAINTEXT') return {};
    const innerListenerOf = (id: number): Address => ({
      host: LOOPBACK,
      port: this.brokers[id - 1]?.innerPort ?? 0,
    });
    const innerListener = { host: LOOPBACK, port: innerPort };
    const securityProtocol = SECURITY_PROTOCOLS[protocol];
    return { clientListener: { name, securityProtocol, sasl, innerListener, innerListenerOf } };
  }

  get bootstrapServers(): string {
    return this.addresses.map(({ host, port }) => `${host}:${port}`).join(',');
  }

  inject(fault: FaultToInject): InjectedFault {
    return this.faults.inject(fault);
  }

  state(): ClusterState {
    return clusterState(this);
  }

  async close(): Promise<void> {
    this.#retire();
    await Promise.all(this.brokers.map((broker) => broker.stop()));
    await this.controller.stop();
    this.#release();
  }

  kill(): void {
    this.#retire();
    for (const node of this.#nodes) node.crash();
    this.#release();
  }

  /** A leader that has not opened its log yet refuses the first requests, which a client without retries would report. */
  async #allReplicasOpen(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MILLIS;
    const isOpen = ({ replicas }: PartitionState): boolean =>
      replicas.every(({ broker, logEndOffset }) => logEndOffset !== null || broker > this.brokers.length);
    while (!this.state().partitions.every(isOpen)) {
      if (performance.now() > deadline) throw new Error('the cluster is not ready: replicas are not open');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  get #nodes(): readonly LiveNode[] {
    return [...this.brokers, this.controller];
  }

  #retire(): void {
    for (const node of this.#nodes) node.retire();
    this.faults.stop();
  }

  #release(): void {
    this.#unlock();
    if (this.#temporaryDirectory !== null) rmSync(this.#temporaryDirectory, { recursive: true, force: true });
  }
}

function printHalt(node: string, reason: string): void {
  process.stderr.write(`seismolog: ${node} has ended: ${reason}\n`);
}

function printError(node: string, error: unknown): void {
  process.stderr.write(`seismolog: ${node}: ${error instanceof Error ? error.stack : String(error)}\n`);
}

/** The cluster id of an earlier start on the same directory. */
function clusterIdOf(root: string): string | null {
  const path = join(root, brokerHost(1), 'kafka-logs', 'meta.properties');
  if (!existsSync(path)) return null;
  return /^cluster\.id=(.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? null;
}

const newClusterId = (): string => readUuid(randomBytes(16), 0);
