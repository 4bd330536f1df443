/**
 * One connection as requests and their responses. The network chooses the implementation: values by reference if the
 * network passes values (`value-channel.ts`), else Kafka's bytes (`byte-channel.ts`). `RpcClient` and `serveRpc` know
 * only this interface.
 */
import type { Address, CloseReason, Connection, ConnectionHandler, Env, Network } from '../../env.js';
import type { ResponseBodies } from '../apis/index.js';
import type { ApiName, RequestFrame, ResponseFrame } from '../frame.js';
import { ByteClientChannel, ByteServerChannel } from './byte-channel.js';
import { ValueClientChannel, ValueServerChannel } from './value-channel.js';

export interface ClientChannel {
  /** Queues a request; `isAnswered`: a response is expected. False: the connection's window is full. */
  send(request: RequestFrame, isAnswered: boolean): boolean;
  /** After this call no callback runs. */
  close(): void;
}

export interface ClientChannelHandler {
  onOpen(): void;
  onResponse(response: ResponseFrame): void;
  /** Called at most once: the connection ended, or the received bytes were not a response of the requested API. */
  onClose(reason: CloseReason): void;
}

export interface ServerChannel {
  /** When something was received or written last. */
  readonly lastActiveMicros: number;
  /** Queues the response to `request`. False: the connection's window is full; `onDrain` follows. */
  respond(request: RequestFrame, body: ResponseBodies[ApiName]): boolean;
  /** `FrameLimits.requestBytesMax` for the requests to come. */
  limitRequests(requestBytesMax: number): void;
  /** Reads no further request until `resume`. */
  pause(): void;
  resume(): void;
  /** After this call no callback runs. */
  close(): void;
}

export interface ServerChannelHandler {
  onRequest(request: RequestFrame): void;
  onDrain(): void;
  /** Called at most once: the connection ended, or the received bytes were not a request of a known API. */
  onClose(): void;
}

export function connectChannel(network: Network, to: Address, handler: ClientChannelHandler): ClientChannel {
  const channel = network.passesValues ? new ValueClientChannel(handler) : new ByteClientChannel(handler);
  channel.attach(network.connect(to, channel));
  return channel;
}

export interface FrameLimits {
  /** `socket.request.max.bytes`: a longer request closes its connection. */
  readonly requestBytesMax: number;
}

export function acceptChannel(
  { network, timers, clock }: Pick<Env, 'network' | 'timers' | 'clock'>,
  connection: Connection,
  limits: FrameLimits,
  handlerOf: (channel: ServerChannel) => ServerChannelHandler,
): ConnectionHandler {
  const channel = network.passesValues
    ? new ValueServerChannel(connection, clock, limits)
    : new ByteServerChannel(connection, { timers, clock }, limits);
  channel.attach(handlerOf(channel));
  return channel;
}
