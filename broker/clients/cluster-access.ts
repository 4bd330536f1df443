/**
 * A client's view of its cluster: the connections, the known leaders, and the requests that keep both fresh
 * (Java: NetworkClient and its Metadata). The client is notified when it may be able to continue.
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
  /** The configuration keys that producers and consumers share. */
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

  /**
   * The broker whose connection ended may have lost its leaderships
   * (DefaultMetadataUpdater#handleServerDisconnect).
   */
  #onDisconnected(): void {
    this.refresher.request();
    this.#onConnected();
  }
}
