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
import type { ApiName, RequestFrame } from './frame.js';

/** How a handler answers one request. */
export interface Reply {
  respond(body: ResponseBodies[ApiName]): void;
  /** The client expects no response. Its next request is served. */
  respondNothing(): void;
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

export interface RpcServerOptions {
  readonly port: number;
  /** `socket.request.max.bytes`. */
  readonly requestBytesMax: number;
}

export function serveRpc(env: Env, options: RpcServerOptions, handler: RpcHandler): void {
  const { port, requestBytesMax } = options;
  const listener = { host: env.hostName, port };
  env.network.listen(
    { port },
    {
      accept: (connection, peer) => accept({ env, connection, peer, listener, requestBytesMax, handler }),
      onError: ({ code, message }) => env.halt(`cannot listen on port ${port}: ${code} ${message}`),
    },
  );
}

interface Accepted {
  readonly env: Env;
  readonly connection: Connection;
  readonly peer: Address;
  readonly listener: Address;
  readonly requestBytesMax: number;
  readonly handler: RpcHandler;
}

function accept(accepted: Accepted): ConnectionHandler {
  const { env, connection, requestBytesMax } = accepted;
  return acceptChannel(
    env,
    connection,
    { requestBytesMax },
    (channel) => new ServedConnection(accepted, channel),
  );
}

class ServedConnection implements ServerChannelHandler {
  readonly peer: Address;
  readonly listener: Address;
  readonly #channel: ServerChannel;
  readonly #handler: RpcHandler;
  #current: Exchange | null = null;
  #isOpen = true;

  constructor(accepted: Accepted, channel: ServerChannel) {
    this.peer = accepted.peer;
    this.listener = accepted.listener;
    this.#channel = channel;
    this.#handler = accepted.handler;
  }

  onRequest(request: RequestFrame): void {
    const exchange = new Exchange(this, request);
    this.#current = exchange;
    this.#channel.pause();
    this.#handler(request, exchange, exchange);
  }

  /** The window that the response had filled has room again. */
  onDrain(): void {
    if (this.#current === null) this.#channel.resume();
  }

  onClose(): void {
    this.#isOpen = false;
  }

  /** The answer to `exchange`: a body, null for none, or the end of the connection. */
  settle(exchange: Exchange, body: ResponseBodies[ApiName] | null | 'close'): void {
    const { request } = exchange;
    if (this.#current !== exchange)
      throw new Error(`second answer to ${request.apiName} ${request.correlationId}`);
    this.#current = null;
    if (!this.#isOpen) return;
    if (body === 'close') {
      this.#isOpen = false;
      this.#channel.close();
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

  respondNothing(): void {
    this.#connection.settle(this, null);
  }

  close(): void {
    this.#connection.settle(this, 'close');
  }
}
