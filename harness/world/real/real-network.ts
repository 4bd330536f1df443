/**
 * The network port over real TCP: for the contract suite, and for programs that run for real.
 *
 * A message is bytes; on the wire each is preceded by its length (four bytes, big-endian), so that the far side gets the messages
 * as they were sent. Hosts are named by address; a program's simulated names are not known here.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { Address, CloseReason, Connection, ConnectionHandler, Network } from '../../env.js';

const LENGTH_BYTES = 4;

export class RealNetwork implements Network {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  connect(to: Address, handler: ConnectionHandler): Connection {
    const socket = createConnection({ host: to.host, port: to.port, noDelay: true });
    socket.once('connect', () => handler.onOpen());
    return this.#serve(socket, () => handler);
  }

  listen(port: number, accept: (connection: Connection, peerHost: string) => ConnectionHandler): void {
    const server = createServer({ noDelay: true }, (socket) => {
      let handler: ConnectionHandler | null = null;
      const connection = this.#serve(socket, () => handler);
      handler = accept(connection, socket.remoteAddress ?? '');
      handler.onOpen();
    });
    server.listen(port);
    this.#servers.push(server);
  }

  /** The end of the program: its listeners and connections go. */
  end(): void {
    for (const server of this.#servers) {
      server.close();
    }
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  #serve(socket: Socket, handlerOf: () => ConnectionHandler | null): Connection {
    this.#sockets.add(socket);
    let ended = false;
    const end = (reason: CloseReason): void => {
      if (!ended) {
        ended = true;
        handlerOf()?.onClose(reason);
      }
    };
    const frames = new FrameReader((message) => {
      if (!ended) {
        handlerOf()?.onMessage(message);
      }
    });
    socket.on('data', (bytes) => frames.take(bytes));
    socket.on('end', () => end('closed'));
    socket.on('error', (error) => end(reasonOf(error)));
    socket.on('close', () => {
      this.#sockets.delete(socket);
      end('reset');
    });
    return {
      send: (message) => {
        if (!ended) {
          socket.write(framed(message));
        }
      },
      close: () => {
        ended = true;
        socket.end();
      },
    };
  }
}

/** Cuts a stream of bytes into the messages that were sent. */
class FrameReader {
  readonly #onMessage: (message: Uint8Array) => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(onMessage: (message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  take(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#pending.readUInt32BE(0);
      if (this.#pending.length < end) {
        return;
      }
      const message = Uint8Array.prototype.slice.call(this.#pending, LENGTH_BYTES, end);
      this.#pending = this.#pending.subarray(end);
      this.#onMessage(message);
    }
  }
}

function framed(message: unknown): Buffer {
  if (!(message instanceof Uint8Array)) {
    throw new TypeError('a message on a real network is bytes');
  }
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
  frame.writeUInt32BE(message.length, 0);
  frame.set(message, LENGTH_BYTES);
  return frame;
}

function reasonOf(error: Error): CloseReason {
  const code = 'code' in error ? error.code : '';
  return code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'timed-out' : 'reset';
}
