/**
 * Frames by reference: nothing is encoded. Each frame counts as many bytes as its encoding would have, so both kinds
 * of channel use the same bandwidth.
 */
import type { Clock, CloseReason, Connection, ConnectionHandler } from '../../env.js';
import { apiVersions } from '../api-versions.js';
import type { ResponseBodies } from '../apis/index.js';
import type { ApiName, RequestFrame, ResponseFrame } from '../frame.js';
import { requestKind, responseKind } from '../message-kinds.js';
import type {
  ClientChannel,
  ClientChannelHandler,
  FrameLimits,
  ServerChannel,
  ServerChannelHandler,
} from './frame-channel.js';
import { requestSizeBytes, responseSizeBytes } from './wire-frames.js';

const LENGTH_BYTES = 4;
const REQUEST_BYTES_MAX_DEFAULT = 104_857_600;

export class ValueClientChannel implements ClientChannel, ConnectionHandler {
  readonly #handler: ClientChannelHandler;
  #connection: Connection | null = null;

  constructor(handler: ClientChannelHandler) {
    this.#handler = handler;
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  send(request: RequestFrame): boolean {
    return this.#connection?.pass(request, requestSizeBytes(request), requestKind(request)) ?? true;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  onOpen(): void {
    this.#handler.onOpen();
  }

  onValue(value: unknown): void {
    if (isResponse(value)) this.#handler.onResponse(value);
    else this.#refuse();
  }

  onBytes(): void {
    this.#refuse();
  }

  onClose(reason: CloseReason): void {
    this.#connection = null;
    this.#handler.onClose(reason);
  }

  #refuse(): void {
    this.close();
    this.#handler.onClose('closed');
  }
}

export class ValueServerChannel implements ServerChannel, ConnectionHandler {
  readonly #connection: Connection;
  readonly #clock: Clock;
  lastActiveMicros: number;
  #requestBytesMax: number;
  #handler: ServerChannelHandler | null = null;

  constructor(connection: Connection, clock: Clock, { requestBytesMax }: FrameLimits) {
    this.#connection = connection;
    this.#clock = clock;
    this.lastActiveMicros = clock.monotonicMicros();
    this.#requestBytesMax = requestBytesMax;
  }

  attach(handler: ServerChannelHandler): void {
    this.#handler = handler;
  }

  respond(request: RequestFrame, body: ResponseBodies[ApiName]): boolean {
    this.lastActiveMicros = this.#clock.monotonicMicros();
    const { apiName, correlationId } = request;
    const response: ResponseFrame = { type: 'response', apiName, correlationId, body };
    const kind = responseKind(requestKind(request));
    return this.#connection.pass(response, responseSizeBytes(request, body), kind);
  }

  limitRequests(requestBytesMax: number): void {
    this.#requestBytesMax = requestBytesMax;
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#handler = null;
    this.#connection.close();
  }

  onOpen(): void {}

  onValue(value: unknown): void {
    this.lastActiveMicros = this.#clock.monotonicMicros();
    if (isRequest(value) && !this.#isTooLong(value)) this.#handler?.onRequest(value);
    else this.#refuse();
  }

  onBytes(): void {
    this.#refuse();
  }

  /**
   * Kafka's default maximum is larger than any request of a simulation, so the size is calculated only for a lower
   * maximum.
   */
  #isTooLong(request: RequestFrame): boolean {
    return (
      this.#requestBytesMax < REQUEST_BYTES_MAX_DEFAULT &&
      requestSizeBytes(request) - LENGTH_BYTES > this.#requestBytesMax
    );
  }

  onDrain(): void {
    this.lastActiveMicros = this.#clock.monotonicMicros();
    this.#handler?.onDrain();
  }

  onClose(_reason: CloseReason): void {
    this.#handler?.onClose();
  }

  #refuse(): void {
    const handler = this.#handler;
    this.close();
    handler?.onClose();
  }
}

function isResponse(value: unknown): value is ResponseFrame {
  if (typeof value !== 'object' || value === null) return false;
  const response = value as Partial<ResponseFrame>;
  return response.type === 'response' && typeof response.body === 'object' && response.body !== null;
}

function isRequest(value: unknown): value is RequestFrame {
  if (typeof value !== 'object' || value === null) return false;
  const request = value as Partial<RequestFrame>;
  return (
    request.type === 'request' &&
    typeof request.apiName === 'string' &&
    Object.hasOwn(apiVersions, request.apiName) &&
    Number.isInteger(request.correlationId) &&
    typeof request.body === 'object' &&
    request.body !== null
  );
}
