/**
 * Serves requests on a port. Contract:
 *
 * - One request at a time per connection. Nothing more is read until the last request was answered and its response
 *   fits the connection's window, as Kafka mutes a channel (kafka.network.Processor#processCompletedSends). Responses
 *   therefore come in the order of their requests, and nothing more is read from a client that does not read.
 *   Requests that a client sent before it closed are served, until a response reaches the closed end and is answered with a reset.
 * - The handler answers exactly once per request, now or later: with a response, with none (Produce with `acks=0`),
 *   or by closing the connection. After the end of the connection an answer does nothing. A handler is never called
 *   inside an answer.
 * - Bytes that are not a request of a known API close the connection.
 */
import type { Address, Connection, ConnectionHandler, Env } from '../env.js';
import type { ResponseBodies } from './apis/index.js';
import { acceptChannel, type ServerChannel, type ServerChannelHandler } from './channel/frame-channel.js';
import type { ConnectionQuotas, LimitedConnection } from './connection-quotas.js';
import type { ApiName, RequestFrame } from './frame.js';

/** How a handler answers one request. */
export interface Reply {
  respond(body: ResponseBodies[ApiName]): void;
  /** The client expects no response. Its next request is served. */
  respondNothing(): void;
  /** The response, and then the end of the connection. */
  respondLast(body: ResponseBodies[ApiName]): void;
  /** Closes the connection without a response. */
  close(): void;
}

/** The facts about a request beside its body. */
export interface RequestContext {
  readonly apiVersion: number;
  readonly clientId: string;
  readonly peer: Address;
  /** The address at which the connection was accepted. */
  readonly listener: Address;
}

export type Respond = (body: ResponseBodies[ApiName]) => void;
export type RpcHandler = (request: RequestFrame, reply: Reply, context: RequestContext) => void;

/** Decides which requests of one connection are served: only those of an authenticated client. */
export interface ConnectionGuard {
  /** A longer request closes the connection; null: `socket.request.max.bytes` alone limits it. */
  readonly requestBytesMax: number | null;
  /** False: the request is not served, and the guard has answered it. */
  admits(request: RequestFrame, reply: Reply): boolean;
}

export interface RpcServerOptions {
  readonly port: number;
  /** `socket.request.max.bytes`. */
  readonly requestBytesMax: number;
  /** Makes the guard of a new connection. Absent: every request is served. */
  readonly guard?: () => ConnectionGuard;
  /** The interface. Absent: that of the host. */
  readonly interfaceHost?: string;
  /** The limits of the process's connections. Absent: none. */
  readonly quotas?: ConnectionQuotas;
  /** `max.connections` holds for other listeners alone. */
  readonly isForBrokers?: boolean;
}

/** The handler of a connection that was closed when it came. */
const CLOSED: ConnectionHandler = { onOpen: () => undefined, onClose: () => undefined };

export function serveRpc(env: Env, options: RpcServerOptions, handler: RpcHandler): void {
  const { port, requestBytesMax, guard = null, interfaceHost, quotas = null, isForBrokers = false } = options;
  const listener = { host: env.hostName, port };
  env.network.listen(interfaceHost === undefined ? { port } : { port, host: interfaceHost }, {
    accept: (connection, peer) => {
      const isLimited = !isForBrokers;
      if (quotas?.admits(peer.host, isLimited) === false) {
        connection.close();
        return CLOSED;
      }
      const place = { env, connection, peer, listener };
      return accept({ ...place, requestBytesMax, handler, guard: guard?.() ?? null, quotas, isLimited });
    },
    onError: ({ code, message }) => env.halt(`cannot listen on port ${port}: ${code} ${message}`),
  });
}

interface Accepted {
  readonly env: Env;
  readonly connection: Connection;
  readonly peer: Address;
  readonly listener: Address;
  readonly requestBytesMax: number;
  readonly handler: RpcHandler;
  readonly guard: ConnectionGuard | null;
  readonly quotas: ConnectionQuotas | null;
  readonly isLimited: boolean;
}

function accept(accepted: Accepted): ConnectionHandler {
  const { env, connection, requestBytesMax, guard } = accepted;
  return acceptChannel(
    env,
    connection,
    { requestBytesMax: Math.min(requestBytesMax, guard?.requestBytesMax ?? requestBytesMax) },
    (channel) => {
      const served = new ServedConnection(accepted, channel);
      accepted.quotas?.opened(served);
      return served;
    },
  );
}

class ServedConnection implements ServerChannelHandler, LimitedConnection {
  readonly peer: Address;
  readonly listener: Address;
  readonly #channel: ServerChannel;
  readonly #handler: RpcHandler;
  readonly #requestBytesMax: number;
  readonly #quotas: ConnectionQuotas | null;
  readonly isLimited: boolean;
  #guard: ConnectionGuard | null;
  #current: Exchange | null = null;
  #isOpen = true;

  constructor(accepted: Accepted, channel: ServerChannel) {
    this.peer = accepted.peer;
    this.listener = accepted.listener;
    this.#channel = channel;
    this.#handler = accepted.handler;
    this.#requestBytesMax = accepted.requestBytesMax;
    this.#guard = accepted.guard;
    this.#quotas = accepted.quotas;
    this.isLimited = accepted.isLimited;
  }

  get host(): string {
    return this.peer.host;
  }

  get lastActiveMicros(): number {
    return this.#channel.lastActiveMicros;
  }

  hold(): void {
    this.#channel.pause();
  }

  release(): void {
    this.#channel.resume();
  }

  expire(): void {
    this.#end();
  }

  onRequest(request: RequestFrame): void {
    const exchange = new Exchange(this, request);
    this.#current = exchange;
    this.#channel.pause();
    if (this.#guard === null || this.#isAdmitted(this.#guard, request, exchange))
      this.#handler(request, exchange, exchange);
  }

  /** A guard without a limit of its own has let the client in, and is asked no more. */
  #isAdmitted(guard: ConnectionGuard, request: RequestFrame, exchange: Exchange): boolean {
    const isAdmitted = guard.admits(request, exchange);
    if (guard.requestBytesMax === null) {
      this.#guard = null;
      this.#channel.limitRequests(this.#requestBytesMax);
    }
    return isAdmitted;
  }

  /** The window that the response had filled has room again. */
  onDrain(): void {
    if (this.#current === null) this.#channel.resume();
  }

  onClose(): void {
    this.#isOpen = false;
    this.#quotas?.closed(this);
  }

  #end(): void {
    this.#isOpen = false;
    this.#channel.close();
    this.#quotas?.closed(this);
  }

  /** The answer to `exchange`: a body, null for none, or the end of the connection. */
  settle(exchange: Exchange, body: ResponseBodies[ApiName] | null | 'close', isLast = false): void {
    const { request } = exchange;
    if (this.#current !== exchange)
      throw new Error(`second answer to ${request.apiName} ${request.correlationId}`);
    this.#current = null;
    if (!this.#isOpen) return;
    if (body === 'close') {
      this.#end();
    } else if (body !== null && isLast) {
      this.#channel.respond(request, body);
      this.#end();
    } else if (body === null || this.#channel.respond(request, body)) {
      this.#channel.resume();
    }
  }
}

/** One request until its answer. A second answer to it cannot be mistaken for the answer to the next request. */
class Exchange implements Reply, RequestContext {
  readonly request: RequestFrame;
  readonly #connection: ServedConnection;

  constructor(connection: ServedConnection, request: RequestFrame) {
    this.#connection = connection;
    this.request = request;
  }

  get apiVersion(): number {
    return this.request.apiVersion;
  }

  get clientId(): string {
    return this.request.clientId;
  }

  get peer(): Address {
    return this.#connection.peer;
  }

  get listener(): Address {
    return this.#connection.listener;
  }

  respond(body: ResponseBodies[ApiName]): void {
    this.#connection.settle(this, body);
  }

  respondLast(body: ResponseBodies[ApiName]): void {
    this.#connection.settle(this, body, true);
  }

  respondNothing(): void {
    this.#connection.settle(this, null);
  }

  close(): void {
    this.#connection.settle(this, 'close');
  }
}
