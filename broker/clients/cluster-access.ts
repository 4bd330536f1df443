/**
 * What every client has of its cluster: the connections, what it knows of leaders, and the questions that keep both fresh
 * (Java: NetworkClient and its Metadata). The client itself is told when it may have something to go on with.
 */

import type { ConsumerConfig, ProducerConfig } from '../config/definitions.js';
import type { Address, Env, Random } from '../env.js';
import { ExponentialBackoff } from '../protocol/exponential-backoff.js';
import { connectionSetupTimeout } from '../protocol/rpc-client.js';
import { BrokerConnections } from './broker-connections.js';
import { ClusterMetadata } from './cluster-metadata.js';
import { MetadataRefresher } from './metadata-refresher.js';
import type { ClientRules } from './rules/index.js';

export interface ClusterAccessOptions {
  readonly clientId: string;
  readonly bootstrap: readonly Address[];
  /** Of the keys that producers and consumers share. */
  readonly config: Pick<ProducerConfig, keyof ProducerConfig & keyof ConsumerConfig>;
  readonly rules: ClientRules;
  readonly random: Random;
  /** A connection was established, or ended. */
  readonly onConnectionChange: () => void;
  readonly onMetadata: () => void;
}

export class ClusterAccess {
  readonly backoff: ExponentialBackoff;
  readonly metadata: ClusterMetadata;
  readonly connections: BrokerConnections;
  readonly refresher: MetadataRefresher;
  readonly #onConnectionChange: () => void;

  constructor(env: Env, options: ClusterAccessOptions) {
    const { clientId, bootstrap, config, random } = options;
    this.#onConnectionChange = options.onConnectionChange;
    this.backoff = new ExponentialBackoff(config['retry.backoff.ms'], config['retry.backoff.max.ms'], random);
    this.metadata = new ClusterMetadata(options.rules);
    const reconnectBackoff = new ExponentialBackoff(
      config['reconnect.backoff.ms'],
      config['reconnect.backoff.max.ms'],
      random,
    );
    const setupTimeout = connectionSetupTimeout(
      env,
      config['socket.connection.setup.timeout.ms'],
      config['socket.connection.setup.timeout.max.ms'],
    );
    this.connections = new BrokerConnections(
      env,
      { clientId, requestTimeoutMs: config['request.timeout.ms'], bootstrap, reconnectBackoff, setupTimeout },
      { onConnected: this.#onConnected.bind(this), onDisconnected: this.#onDisconnected.bind(this) },
    );
    this.refresher = new MetadataRefresher(env, this.metadata, this.connections, {
      maxAgeMs: config['metadata.max.age.ms'],
      backoff: this.backoff,
      onUpdate: options.onMetadata,
    });
  }

  close(): void {
    this.refresher.close();
    this.connections.close();
  }

  #onConnected(): void {
    this.refresher.onConnectionChange();
    this.#onConnectionChange();
  }

  /** The leader may have moved with the broker that is gone (DefaultMetadataUpdater#handleServerDisconnect). */
  #onDisconnected(): void {
    this.refresher.request();
    this.#onConnected();
  }
}
