/** The network door over real TCP (`node:net`): for programs that run for real. It carries bytes alone; hosts are names or addresses. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type {
  Address,
  CloseReason,
  Connection,
  ConnectionHandler,
  ListenAddress,
  ListenError,
  Listener,
  ListenHandle,
  Network,
} from '../broker/env.js';

export class RealNetwork implements Network {
  readonly passesValues = false;
  readonly #servers = new Set<Server>();
  readonly #sockets = new Set<Socket>();

  connect(to: Address, handler: ConnectionHandler): Connection {
    const socket = createConnection({ host: to.host, port: to.port, noDelay: true, allowHalfOpen: true });
    const end = this.#adopt(socket);
    end.attach(handler);
    socket.once('connect', () => end.opened());
    return end;
  }

  listen(at: ListenAddress, listener: Listener): ListenHandle {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const end = this.#adopt(socket);
      const { remoteAddress = '', remotePort = 0 } = socket;
      end.attach(listener.accept(end, { host: remoteAddress, port: remotePort }));
      end.opened();
    });
    server.once('error', (error) => {
      this.#servers.delete(server);
      listener.onError(listenError(error));
    });
    server.listen(at.host === undefined ? { port: at.port } : { port: at.port, host: at.host }, () => {
      const bound = server.address();
      if (typeof bound === 'object' && bound !== null) listener.onListening?.(bound.port);
    });
    this.#servers.add(server);
    return {
      close: () => {
        this.#servers.delete(server);
        server.close();
      },
    };
  }

  /** The end of the program: its listeners and connections go. */
  end(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #adopt(socket: Socket): RealConnection {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return new RealConnection(socket);
  }
}

class RealConnection implements Connection {
  readonly #socket: Socket;
  #handler: ConnectionHandler | null = null;
  #hasEnded = false;
  /** Why the socket failed, until it closes. */
  #failure: CloseReason | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#handler?.onBytes?.(bytes));
    socket.on('drain', () => this.#handler?.onDrain?.());
    socket.on('end', () => this.#onPeerEnded());
    socket.on('error', (error) => {
      this.#failure = reasonOf(error);
    });
    socket.on('close', () => this.#finish(this.#failure ?? 'closed'));
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  opened(): void {
    this.#handler?.onOpen();
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.writable ? this.#socket.write(bytes) : true;
  }

  pass(): boolean {
    throw new TypeError('a real network carries bytes alone');
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#socket.writable) this.#socket.end();
  }

  close(): void {
    this.#handler = null;
    // What was written before still goes out; what comes is read and dropped, so that no unread byte turns the end into a reset.
    this.#socket.resume();
    if (this.#socket.writable) this.#socket.end(() => this.#socket.destroySoon());
  }

  #onPeerEnded(): void {
    const handler = this.#handler;
    if (handler?.onEnd !== undefined && !this.#hasEnded) handler.onEnd();
    else if (this.#socket.writable) this.#socket.end();
  }

  #finish(reason: CloseReason): void {
    const handler = this.#handler;
    this.#handler = null;
    handler?.onClose(reason);
  }
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : '';
}

function reasonOf(error: Error): CloseReason {
  const code = codeOf(error);
  return code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'timed-out' : 'reset';
}

function listenError(error: Error): ListenError {
  const code = codeOf(error);
  const known = code === 'EADDRINUSE' || code === 'EACCES' ? code : 'EADDRNOTAVAIL';
  return { code: known, message: error.message };
}
