/**
 * One connection to each broker that a client knows, including the bootstrap addresses (their ids are below
 * −1), with Kafka's reconnect back-off (`reconnect.backoff.ms` … `.max.ms`) and connection set-up timeout.
 * A request is sent only on an established connection. A request that was not handed to an established
 * connection was definitely not delivered.
 */
import type { Address, Env } from '../env.js';
import type { ExponentialBackoff } from '../protocol/exponential-backoff.js';
import { RpcClient } from '../protocol/rpc-client.js';

export interface ConnectionListener {
  onConnected(broker: BrokerConnection): void;
  /** The connection ended or could not be made. All its requests in flight have failed already. */
  onDisconnected(broker: BrokerConnection): void;
}

export interface BrokerConnectionsOptions {
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly bootstrap: readonly Address[];
  readonly reconnectBackoff: ExponentialBackoff;
  /** The timeout of one attempt to connect. */
  readonly setupTimeout: ExponentialBackoff;
}

export interface BrokerConnection {
  readonly id: number;
  readonly address: Address;
  readonly rpc: RpcClient;
  /** Monotonic microseconds before which no connection attempt is made. */
  readonly retryAt: number;
}

class Broker implements BrokerConnection {
  readonly id: number;
  readonly address: Address;
  readonly rpc: RpcClient;
  retryAt = 0;
  failures = 0;

  constructor(id: number, address: Address, rpc: (broker: Broker) => RpcClient) {
    this.id = id;
    this.address = address;
    this.rpc = rpc(this);
  }
}

export class BrokerConnections {
  readonly #env: Env;
  readonly #options: BrokerConnectionsOptions;
  readonly #listener: ConnectionListener;
  readonly #bootstrap: readonly Broker[];
  readonly #brokers = new Map<number, Broker>();
  #listed: Broker[] = [];

  constructor(env: Env, options: BrokerConnectionsOptions, listener: ConnectionListener) {
    this.#env = env;
    this.#options = options;
    this.#listener = listener;
    this.#bootstrap = options.bootstrap.map((address, index) => this.#create(-2 - index, address));
  }

  /** The connection to a broker that the newest metadata lists; null for any other broker. */
  get(id: number): BrokerConnection | null {
    for (const broker of this.#listed) if (broker.id === id) return broker;
    return null;
  }

  /**
   * A new address of a broker gets a new connection. A broker that is no longer listed keeps its requests
   * in flight, as in Java, and gets no new ones.
   */
  update(addresses: ReadonlyMap<number, Address>): void {
    this.#listed = [];
    for (const [id, address] of addresses) {
      const known = this.#brokers.get(id);
      if (known !== undefined && known.address.host === address.host && known.address.port === address.port) {
        this.#listed.push(known);
        continue;
      }
      const broker = this.#create(id, address);
      this.#brokers.set(id, broker);
      this.#listed.push(broker);
      known?.rpc.disconnect();
    }
    // The first answer gives the brokers their ids, so the connections to the bootstrap addresses are no
    // longer needed. Their requests in flight fail here and are repeated on other connections; a request
    // left waiting could wait for ever.
    if (this.#listed.length > 0) for (const broker of this.#bootstrap) broker.rpc.disconnect();
  }

  /** Whether the connection is established. If not, starts to connect unless the back-off forbids it. */
  isReady(broker: BrokerConnection, now: number): boolean {
    if (broker.rpc.isOpen) return true;
    if (!broker.rpc.isConnecting && broker.retryAt <= now) broker.rpc.connect();
    return false;
  }

  /**
   * The broker for a request that any broker can answer (NetworkClient#leastLoadedNode): the established
   * connection with the fewest requests in flight, else one that is connecting, else one that may connect
   * now. Bootstrap addresses when no broker is left.
   */
  leastLoaded(now: number): BrokerConnection | null {
    return pick(this.#listed, now, this.#env) ?? pick(this.#bootstrap, now, this.#env);
  }

  close(): void {
    for (const broker of this.#brokers.values()) broker.rpc.close();
    for (const broker of this.#bootstrap) broker.rpc.close();
  }

  #create(id: number, address: Address): Broker {
    return new Broker(id, address, (broker) => {
      return new RpcClient(this.#env, address, {
        clientId: this.#options.clientId,
        requestTimeoutMicros: this.#options.requestTimeoutMs * 1_000,
        setupTimeout: this.#options.setupTimeout,
        onOpen: () => {
          broker.failures = 0;
          this.#listener.onConnected(broker);
        },
        onEnd: () => this.#onEnd(broker),
      });
    });
  }

  #onEnd(broker: Broker): void {
    broker.retryAt =
      this.#env.clock.monotonicMicros() + this.#options.reconnectBackoff.micros(broker.failures);
    broker.failures += 1;
    this.#listener.onDisconnected(broker);
  }
}

function pick(brokers: readonly Broker[], now: number, env: Env): Broker | null {
  let open: Broker | null = null;
  let connecting: Broker | null = null;
  const connectable: Broker[] = [];
  for (const broker of brokers) {
    if (broker.rpc.isOpen) {
      if (open === null || broker.rpc.inFlightCount < open.rpc.inFlightCount) open = broker;
    } else if (broker.rpc.isConnecting) connecting ??= broker;
    else if (broker.retryAt <= now) connectable.push(broker);
  }
  if (open !== null || connecting !== null) return open ?? connecting;
  if (connectable.length === 0) return null;
  return connectable[env.random('client/broker').nextInt(connectable.length)] ?? null;
}
