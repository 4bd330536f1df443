/**
 * A cluster on the network and the disks of this machine: one controller and its brokers, in this process, each with
 * a port and a directory of its own. Every connection is real TCP, also those between the nodes.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Properties } from '../broker/config/definitions.js';
import { ControllerServer } from '../broker/controller/controller-server.js';
import type { Address, Logger } from '../broker/env.js';
import { readUuid } from '../broker/protocol/schema/uuid.js';
import { BrokerServer } from '../broker/server/broker-server.js';
import { lockDirectory } from './directory-lock.js';
import { LiveNode } from './live-node.js';
import { rulesOfProcess } from './live-rules.js';
import { awaitBrokers, createTopics, type TopicToCreate } from './start-up.js';

export interface LiveClusterOptions {
  /** The number of brokers; 1 if absent. Their ids are 1, 2, … */
  readonly brokers?: number;
  /** Topics to create unless they exist, by name. */
  readonly topics?: Readonly<Record<string, TopicToCreate>>;
  /** Kafka's configuration keys for brokers and controller. */
  readonly config?: Properties;
  /** Where the brokers listen: the first on this port, the others on the ports after it. Port 0: free ports. */
  readonly listen?: Address;
  /** Keeps all logs in this directory. Absent: a temporary directory, removed by `close`. */
  readonly dataDirectory?: string;
  readonly logger?: Logger;
  /** Called when a node ends itself, for example after an I/O error of its disk. Absent: the reason is written to standard error. */
  readonly onHalt?: (node: string, reason: string) => void;
  /** Called with an exception of a node's code; the node goes on. Absent: its stack is written to standard error. */
  readonly onError?: (node: string, error: unknown) => void;
}

const CONTROLLER_ID = 3001;
const LOOPBACK = '127.0.0.1';
const READY_TIMEOUT_MILLIS = 60_000;
const silent: Logger = { enabled: false, log: () => undefined };

export class LiveCluster {
  readonly brokers: readonly LiveNode[];
  readonly controller: LiveNode;
  readonly clusterId: string;
  readonly #host: string;
  readonly #temporaryDirectory: string | null;
  readonly #unlock: () => void;

  private constructor(options: LiveClusterOptions) {
    const { brokers = 1, listen = { host: LOOPBACK, port: 0 }, config = {}, logger = silent } = options;
    this.#temporaryDirectory =
      options.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), 'seismolog-')) : null;
    const root = this.#temporaryDirectory ?? options.dataDirectory ?? '';
    mkdirSync(root, { recursive: true });
    this.#unlock = lockDirectory(root);
    this.#host = listen.host;
    this.clusterId = clusterIdOf(root) ?? newClusterId();
    const { clusterId } = this;
    const rules = rulesOfProcess();
    const observer = null;
    const { onHalt = printHalt, onError = printError } = options;
    const node = {
      logger,
      onHalt: ({ name }: LiveNode, reason: string) => onHalt(name, reason),
      onError: ({ name }: LiveNode, error: unknown) => onError(name, error),
    };
    this.controller = new LiveNode(0, {
      ...node,
      name: 'controller',
      directory: join(root, 'controller'),
      host: LOOPBACK,
      makeServer: (env, port) =>
        new ControllerServer(env, { nodeId: CONTROLLER_ID, clusterId, port, config, rules, observer }),
    });
    this.brokers = Array.from({ length: brokers }, (_, index) => {
      const brokerId = index + 1;
      return new LiveNode(listen.port === 0 ? 0 : listen.port + index, {
        ...node,
        name: `broker-${brokerId}`,
        directory: join(root, `broker-${brokerId}`),
        host: listen.host,
        makeServer: (env, port) =>
          new BrokerServer(env, {
            brokerId,
            clusterId,
            host: listen.host,
            port,
            controller: { host: LOOPBACK, port: this.controller.port },
            config,
            rules,
            observer,
          }),
      });
    });
  }

  /** Resolves when every broker serves and every topic has its leaders. */
  static async start(options: LiveClusterOptions): Promise<LiveCluster> {
    const cluster = new LiveCluster(options);
    try {
      await cluster.controller.start();
      for (const broker of cluster.brokers) await broker.start();
      const addresses = cluster.addresses;
      await awaitBrokers(addresses, READY_TIMEOUT_MILLIS);
      await createTopics(addresses, options.topics ?? {}, READY_TIMEOUT_MILLIS);
      return cluster;
    } catch (error) {
      cluster.kill();
      throw error;
    }
  }

  get addresses(): readonly Address[] {
    return this.brokers.map(({ port }) => ({ host: this.#host, port }));
  }

  /** The value of Kafka's `bootstrap.servers`. */
  get bootstrapServers(): string {
    return this.addresses.map(({ host, port }) => `${host}:${port}`).join(',');
  }

  /** Controlled shutdown of all brokers, then of the controller. */
  async close(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stop()));
    await this.controller.stop();
    this.#release();
  }

  /** Ends every node as SIGKILL does. */
  kill(): void {
    for (const node of [...this.brokers, this.controller]) node.kill();
    this.#release();
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
  const path = join(root, 'broker-1', 'kafka-logs', 'meta.properties');
  if (!existsSync(path)) return null;
  return /^cluster\.id=(.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? null;
}

const newClusterId = (): string => readUuid(randomBytes(16), 0);
