/**
 * Frames as Kafka's bytes. A response has the version of its request, which the correlation id identifies. The
 * responses on one connection come in the order of the requests. Bytes that cannot be decoded end the connection.
 */
import type { Clock, CloseReason, Connection, ConnectionHandler, Env, Timers } from '../../env.js';
import type { ResponseBodies } from '../apis/index.js';
import { correlationIdOf } from '../codec.js';
import type { ApiName, RequestFrame } from '../frame.js';
import type {
  ClientChannel,
  ClientChannelHandler,
  FrameLimits,
  ServerChannel,
  ServerChannelHandler,
} from './frame-channel.js';
import { FrameDecoder } from './frame-decoder.js';
import {
  requestBytes,
  requestFrom,
  responseBytes,
  responseFrom,
  unsupportedVersionAnswer,
} from './wire-frames.js';

/** The size of a response is limited only by the width of its length field. */
const RESPONSE_BYTES_MAX = 0x7fff_ffff;

export class ByteClientChannel implements ClientChannel, ConnectionHandler {
  readonly #handler: ClientChannelHandler;
  readonly #decoder = new FrameDecoder(RESPONSE_BYTES_MAX);
  /** The requests that were sent and wait for their responses. */
  readonly #awaited: RequestFrame[] = [];
  #connection: Connection | null = null;

  constructor(handler: ClientChannelHandler) {
    this.#handler = handler;
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  send(request: RequestFrame, isAnswered: boolean): boolean {
    if (this.#connection === null) return true;
    if (isAnswered) this.#awaited.push(request);
    return this.#connection.write(requestBytes(request));
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  onOpen(): void {
    this.#handler.onOpen();
  }

  onBytes(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    while (this.#connection !== null) {
      const frame = this.#decoder.next();
      if (frame === null) return;
      if (frame === 'invalid-length' || !this.#take(frame)) this.#refuse();
    }
  }

  onValue(): void {
    this.#refuse();
  }

  onClose(reason: CloseReason): void {
    this.#connection = null;
    this.#handler.onClose(reason);
  }

  #take(frame: Uint8Array): boolean {
    const awaited = this.#awaited.shift();
    if (awaited === undefined || correlationIdOf(frame) !== awaited.correlationId) return false;
    const response = responseFrom(awaited, frame);
    if (response === null) return false;
    this.#handler.onResponse(response);
    return true;
  }

  #refuse(): void {
    this.close();
    this.#handler.onClose('closed');
  }
}

export class ByteServerChannel implements ServerChannel, ConnectionHandler {
  readonly #connection: Connection;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #decoder: FrameDecoder;
  lastActiveMicros: number;
  #handler: ServerChannelHandler | null = null;
  #isPaused = false;
  #isNextScheduled = false;
  #isReading = false;

  constructor(connection: Connection, { timers, clock }: Pick<Env, 'timers' | 'clock'>, limits: FrameLimits) {
    this.#connection = connection;
    this.#timers = timers;
    this.#clock = clock;
    this.lastActiveMicros = clock.monotonicMicros();
    this.#decoder = new FrameDecoder(limits.requestBytesMax);
  }

  attach(handler: ServerChannelHandler): void {
    this.#handler = handler;
  }

  respond(request: RequestFrame, body: ResponseBodies[ApiName]): boolean {
    this.lastActiveMicros = this.#clock.monotonicMicros();
    return this.#connection.write(responseBytes(request, body));
  }

  limitRequests(requestBytesMax: number): void {
    this.#decoder.frameBytesMax = requestBytesMax;
  }

  pause(): void {
    this.#isPaused = true;
    this.#connection.pause();
  }

  /** A request that has been received completely is delivered in its own event, never inside this call. */
  resume(): void {
    this.#isPaused = false;
    this.#connection.resume();
    if (this.#decoder.hasNext && !this.#isReading && !this.#isNextScheduled) {
      this.#isNextScheduled = true;
      this.#timers.schedule(0, this.#onTurn);
    }
  }

  close(): void {
    this.#handler = null;
    this.#connection.close();
  }

  onOpen(): void {}

  onBytes(bytes: Uint8Array): void {
    if (this.#handler === null) return;
    this.lastActiveMicros = this.#clock.monotonicMicros();
    this.#decoder.push(bytes);
    if (!this.#isNextScheduled) this.#read();
  }

  onValue(): void {
    this.#refuse();
  }

  onDrain(): void {
    this.lastActiveMicros = this.#clock.monotonicMicros();
    this.#handler?.onDrain();
  }

  onClose(_reason: CloseReason): void {
    this.#handler?.onClose();
    this.#handler = null;
  }

  readonly #onTurn = (): void => {
    this.#isNextScheduled = false;
    this.#read();
  };

  #read(): void {
    this.#isReading = true;
    while (this.#handler !== null && !this.#isPaused) {
      const frame = this.#decoder.next();
      if (frame === null) break;
      const request = frame === 'invalid-length' ? null : requestFrom(frame);
      if (request !== null) this.#handler.onRequest(request);
      else if (frame === 'invalid-length' || !this.#answerUnsupported(frame)) this.#refuse();
    }
    this.#isReading = false;
  }

  /** A client that asks for the versions in a version unknown here gets an answer. False: `frame` is no such request. */
  #answerUnsupported(frame: Uint8Array): boolean {
    const answer = unsupportedVersionAnswer(frame);
    if (answer === null) return false;
    if (!this.#connection.write(answer)) this.pause();
    return true;
  }

  #refuse(): void {
    const handler = this.#handler;
    this.close();
    handler?.onClose();
  }
}
