/** The network door of one live process: real TCP, through the faults of the live network. */
import type {
  Address,
  Connection,
  ConnectionHandler,
  ListenAddress,
  Listener,
  ListenHandle,
  Network,
} from '../../broker/env.js';
import { RealConnection, type RealNetwork } from '../../doors/real-network.js';
import { FaultyConnection } from './faulty-connection.js';
import type { LiveNetwork } from './live-network.js';

export class FaultyNetworkDoor implements Network {
  readonly passesValues = false;
  readonly #network: LiveNetwork;
  readonly #host: string;
  readonly #real: RealNetwork;
  readonly #connections = new Set<FaultyConnection>();

  constructor(network: LiveNetwork, host: string, real: RealNetwork) {
    this.#network = network;
    this.#host = host;
    this.#real = real;
  }

  connect(to: Address, handler: ConnectionHandler): Connection {
    const connection = this.#open(() => this.#network.hostListeningOn(to.port), false);
    connection.attachHandler(handler);
    connection.connectBy(() => attach(connection, this.#real.connect(to, connection)));
    return connection;
  }

  listen(at: ListenAddress, listener: Listener): ListenHandle {
    return this.#real.listen(at, {
      accept: (socket, peer) => {
        const connection = this.#open(() => this.#network.hostConnectedFrom(peer.port), true);
        attach(connection, socket);
        connection.attachHandler(listener.accept(connection, peer));
        return connection;
      },
      onListening: (port) => {
        this.#network.listens(port, this.#host);
        listener.onListening?.(port);
      },
      onError: (error) => listener.onError(error),
    });
  }

  /** The program has ended. */
  end(): void {
    for (const connection of this.#connections) connection.abandon();
    this.#real.end();
  }

  #open(peerOf: () => string, isAccepted: boolean): FaultyConnection {
    const connection = new FaultyConnection({
      network: this.#network,
      host: this.#host,
      peerOf,
      isAccepted,
      onLeft: (left) => this.#connections.delete(left),
    });
    this.#connections.add(connection);
    return connection;
  }
}

function attach(connection: FaultyConnection, socket: Connection): void {
  connection.attachInner(socket, () => {
    if (socket instanceof RealConnection) socket.abandon();
  });
}
