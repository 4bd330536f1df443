/** The network door over real TCP (`node:net`): for programs that run for real. It carries bytes alone; hosts are names or addresses. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer } from 'node:tls';
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

/** How long a connection that was closed may take to send what was written before. A peer that does not read would hold it for ever. */
const LINGER_MILLIS = 10_000;

const SOCKET_OPTIONS = { noDelay: true, allowHalfOpen: true } as const;

/** TLS of the connections that a listener accepts. */
export interface TlsListener {
  /** PEM: the certificate chain and its private key. */
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  /** PEM: whom to trust. Absent: the authorities that Node knows. */
  readonly ca?: string;
  /** Whether a client needs a certificate (`ssl.client.auth`). */
  readonly clientAuth: 'none' | 'requested' | 'required';
}

/** A client that does not finish its handshake in this time is disconnected. */
const TLS_HANDSHAKE_MILLIS = 10_000;

export interface RealNetworkOptions {
  /** The interface of listeners that name none; all interfaces if absent. */
  readonly host?: string;
  /** Called with an exception of a handler, whose connection is reset. Without it the exception ends the process. */
  readonly onError?: (error: unknown) => void;
  /** Runs each callback of a handler, now or later, in order. Absent: at once. */
  readonly run?: (callback: () => void) => void;
  /** The TLS of listeners that name no interface of their own; null: they carry plain bytes. */
  readonly tls?: TlsListener | null;
  /** Absent: ten seconds. */
  readonly lingerMillis?: number;
  /** Called with the local port of each connection made from here, when it opens and when it closes. */
  readonly onLocalPort?: (port: number, isOpen: boolean) => void;
}

/** A port that is bound while no program listens on it, and the connections that wait for one. */
interface Reservation {
  readonly server: Server;
  readonly waiting: Socket[];
  readonly keep: (socket: Socket) => void;
}

export class RealNetwork implements Network {
  readonly passesValues = false;
  readonly #servers = new Set<Server>();
  readonly #connections = new Set<RealConnection>();
  /** The sockets below connections with TLS, from the beginning of the handshake on. */
  readonly #handshaking = new Set<Socket>();
  readonly #reserved = new Map<number, Reservation>();
  readonly #options: RealNetworkOptions;
  #isFrozen = false;

  constructor(options: RealNetworkOptions = {}) {
    this.#options = options;
  }

  connect(to: Address, handler: ConnectionHandler): RealConnection {
    const socket = createConnection({ host: to.host, port: to.port, noDelay: true, allowHalfOpen: true });
    const end = this.#adopt(socket);
    end.attach(handler);
    socket.once('connect', () => {
      const { localPort } = socket;
      if (localPort !== undefined) {
        this.#options.onLocalPort?.(localPort, true);
        socket.once('close', () => this.#options.onLocalPort?.(localPort, false));
      }
      end.guarded(() => end.opened());
    });
    return end;
  }

  /** Takes nothing more from any connection until `thaw`. */
  freeze(): void {
    this.#isFrozen = true;
    for (const connection of this.#connections) connection.freeze();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const connection of this.#connections) connection.thaw();
  }

  /**
   * Binds a port before a program listens on it, so that the port is known before the program starts. Connections
   * wait until `listen`.
   *
   * @param at port 0: any free port.
   * @returns the port. Rejects with the error of the bind, for example EADDRINUSE.
   */
  reserve(at: ListenAddress): Promise<number> {
    const { port } = at;
    const server = createServer(SOCKET_OPTIONS);
    const waiting: Socket[] = [];
    const keep = (socket: Socket): void => void waiting.push(socket);
    server.on('connection', keep);
    this.#servers.add(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#addressOf(at), () => {
        server.removeListener('error', reject);
        const bound = portOf(server) ?? port;
        this.#reserved.set(bound, { server, waiting, keep });
        resolve(bound);
      });
    });
  }

  listen(at: ListenAddress, listener: Listener): ListenHandle {
    const reservation = this.#reserved.get(at.port);
    this.#reserved.delete(at.port);
    const server = reservation?.server ?? createServer(SOCKET_OPTIONS);
    const accept = this.#acceptance(at, listener);
    server.on('connection', accept);
    server.once('error', (error) => {
      this.#servers.delete(server);
      listener.onError(listenError(error));
    });
    const onListening = (): void => {
      const port = portOf(server);
      if (port !== null) listener.onListening?.(port);
    };
    if (reservation === undefined) {
      server.listen(this.#addressOf(at), onListening);
    } else {
      server.removeListener('connection', reservation.keep);
      setImmediate(() => {
        onListening();
        for (const socket of reservation.waiting) accept(socket);
      });
    }
    this.#servers.add(server);
    return {
      close: () => {
        this.#servers.delete(server);
        server.close();
      },
    };
  }

  /** The end of the program: its listeners go, its connections are reset, and no callback runs any more. */
  end(): void {
    for (const { waiting } of this.#reserved.values()) waiting.forEach(reset);
    for (const server of this.#servers) {
      server.removeAllListeners('connection');
      server.on('connection', reset);
      server.close();
    }
    for (const connection of this.#connections) connection.abandon();
    for (const socket of this.#handshaking) socket.destroy();
  }

  #addressOf({ port, host = this.#options.host }: ListenAddress): { port: number; host?: string } {
    return host === undefined ? { port } : { port, host };
  }

  /** What happens to a new connection: its handshake first, on a listener with TLS. */
  #acceptance(at: ListenAddress, listener: Listener): (socket: Socket) => void {
    const { tls = null } = this.#options;
    if (tls === null || at.host !== undefined) return (socket) => this.#accept(socket, listener);
    const handshakes = tlsServer(tls);
    handshakes.on('secureConnection', (socket) => this.#accept(socket, listener));
    return (socket) => {
      this.#handshaking.add(socket);
      socket.once('close', () => this.#handshaking.delete(socket));
      handshakes.emit('connection', socket);
    };
  }

  #accept(socket: Socket, listener: Listener): void {
    const end = this.#adopt(socket);
    const { remoteAddress = '', remotePort = 0 } = socket;
    end.guarded(() => {
      end.attach(listener.accept(end, { host: remoteAddress, port: remotePort }));
      end.opened();
    });
  }

  #adopt(socket: Socket): RealConnection {
    const connection = new RealConnection(socket, this.#options);
    this.#connections.add(connection);
    if (this.#isFrozen) connection.freeze();
    socket.once('close', () => this.#connections.delete(connection));
    return connection;
  }
}

/**
 * Ends a socket with a reset where libuv can: after the end of a direction, or with bytes that wait for a slow peer,
 * `resetAndDestroy` would wait or leave the handle open. There the kernel closes the socket as for a killed process.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.writableLength > 0 || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Only its handshakes are used: the listener hands it the sockets. A failed handshake ends the socket. */
function tlsServer({ clientAuth, ...material }: TlsListener): TlsServer {
  return createTlsServer({
    ...material,
    ...SOCKET_OPTIONS,
    minVersion: 'TLSv1.2',
    handshakeTimeout: TLS_HANDSHAKE_MILLIS,
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
  });
}

function runNow(callback: () => void): void {
  callback();
}

function rethrow(error: unknown): never {
  throw error;
}

function portOf(server: Server): number | null {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : null;
}

export class RealConnection implements Connection {
  readonly #socket: Socket;
  readonly #run: (callback: () => void) => void;
  readonly #onError: (error: unknown) => void;
  readonly #lingerMillis: number;
  #isPaused = false;
  #isFrozen = false;
  #handler: ConnectionHandler | null = null;
  #hasEnded = false;
  /** Why the socket failed, until it closes. */
  #failure: CloseReason | null = null;

  constructor(
    socket: Socket,
    { onError = rethrow, run = runNow, lingerMillis = LINGER_MILLIS }: RealNetworkOptions,
  ) {
    this.#lingerMillis = lingerMillis;
    this.#socket = socket;
    this.#run = run;
    this.#onError = onError;
    socket.on('data', (bytes) => this.guarded(() => this.#handler?.onBytes?.(bytes)));
    socket.on('drain', () => this.guarded(() => this.#handler?.onDrain?.()));
    socket.on('end', () => this.guarded(() => this.#onPeerEnded()));
    socket.on('error', (error) => {
      this.#failure = reasonOf(error);
    });
    socket.on('close', () => this.guarded(() => this.#finish(this.#failure ?? 'closed')));
  }

  /** Runs a callback of the handler. An exception ends this connection alone. */
  guarded(callback: () => void): void {
    this.#run(() => {
      try {
        callback();
      } catch (error) {
        this.abandon();
        this.#onError(error);
      }
    });
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#socket.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    if (!this.#isPaused) this.#socket.resume();
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  /** Ends the connection with a reset. No callback of the handler runs any more. */
  abandon(): void {
    this.#handler = null;
    reset(this.#socket);
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
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isFrozen) this.#socket.resume();
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
    if (this.#socket.destroyed) return;
    const timer = setTimeout(() => this.#socket.destroy(), this.#lingerMillis);
    timer.unref();
    this.#socket.once('close', () => clearTimeout(timer));
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
