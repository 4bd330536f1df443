/**
 * Serves request frames on a port. Contract:
 *
 * - One request at a time per connection: the next one waits until the last was answered, as Kafka mutes a channel
 *   (org.apache.kafka.common.network.Selector). Hence responses come in the order of their requests.
 * - `respond` exactly once per request, now or later; after the connection ended it does nothing.
 *   A handler is never called from inside `respond`.
 * - Produce with `acks=0` has no response: `respond` releases the channel, and closes the connection when a partition
 *   failed, so that the producer learns of it (KafkaApis#handleProduceRequest).
 * - A frame that is not a well-formed request closes the connection.
 */
import type { CloseReason, Connection, ConnectionHandler, Env } from '../env.js';
import { apiVersions } from './api-versions.js';
import type { ProduceRequest, ProduceResponse } from './apis/00-produce.js';
import type { ResponseBodies } from './apis/index.js';
import type { ApiName, RequestFrame, ResponseFrame } from './frame.js';
import { responseSizeBytes } from './frame-size.js';

export type Respond = (body: ResponseBodies[ApiName]) => void;
export type RpcHandler = (request: RequestFrame, respond: Respond, peerHost: string) => void;

export function serveRpc(env: Env, port: number, handler: RpcHandler): void {
  env.network.listen(port, (connection, peerHost) => new Channel(env, connection, peerHost, handler));
}

class Channel implements ConnectionHandler {
  readonly #env: Env;
  readonly #connection: Connection;
  readonly #peerHost: string;
  readonly #handler: RpcHandler;
  readonly #waiting: RequestFrame[] = [];
  #current: RequestFrame | null = null;
  #isNextScheduled = false;
  #isOpen = true;

  constructor(env: Env, connection: Connection, peerHost: string, handler: RpcHandler) {
    this.#env = env;
    this.#connection = connection;
    this.#peerHost = peerHost;
    this.#handler = handler;
  }

  onOpen(): void {}

  onMessage(frame: unknown): void {
    if (!this.#isOpen) return;
    if (!isRequest(frame)) {
      this.#close();
      return;
    }
    if (this.#current !== null || this.#isNextScheduled) this.#waiting.push(frame);
    else this.#handle(frame);
  }

  onClose(_reason: CloseReason): void {
    this.#isOpen = false;
    this.#waiting.length = 0;
  }

  #handle(request: RequestFrame): void {
    this.#current = request;
    // Bound to its request, so that a second answer to one request cannot pass for the answer to the next.
    this.#handler(request, this.#respond.bind(this, request), this.#peerHost);
  }

  #respond(request: RequestFrame, body: ResponseBodies[ApiName]): void {
    if (this.#current !== request)
      throw new Error(`second response to ${request.apiName} ${request.correlationId}`);
    this.#current = null;
    if (!this.#isOpen) return;
    if (isUnanswered(request)) {
      if (hasFailedPartition(body)) this.#close();
    } else {
      const { apiName, correlationId } = request;
      const response: ResponseFrame = { type: 'response', apiName, correlationId, body };
      this.#connection.send(response, responseSizeBytes(response), apiName);
    }
    if (this.#waiting.length > 0) {
      this.#isNextScheduled = true;
      this.#env.timers.schedule(0, this.#handleNext);
    }
  }

  readonly #handleNext = (): void => {
    this.#isNextScheduled = false;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#handle(next);
  };

  #close(): void {
    this.#isOpen = false;
    this.#waiting.length = 0;
    this.#connection.close();
  }
}

function isUnanswered(request: RequestFrame): boolean {
  return request.apiName === 'Produce' && (request.body as ProduceRequest).acks === 0;
}

function hasFailedPartition(body: ResponseBodies[ApiName]): boolean {
  for (const topic of (body as ProduceResponse).responses) {
    for (const partition of topic.partitionResponses) if (partition.errorCode !== 'NONE') return true;
  }
  return false;
}

function isRequest(frame: unknown): frame is RequestFrame {
  if (typeof frame !== 'object' || frame === null) return false;
  const request = frame as Partial<RequestFrame>;
  return (
    request.type === 'request' &&
    typeof request.apiName === 'string' &&
    Object.hasOwn(apiVersions, request.apiName) &&
    Number.isInteger(request.correlationId) &&
    typeof request.body === 'object' &&
    request.body !== null
  );
}
