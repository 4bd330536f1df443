/**
 * Tells the simulated network the kind of message to which bytes on a connection to a broker or controller belong. A
 * request has its API key after its length. A response has the correlation id of its request, and responses come in
 * the order of requests.
 */
import { servedApiOf } from '../../broker/protocol/channel/wire-frames.js';
import { responseKind } from '../../broker/protocol/message-kinds.js';
import { int16At, int32At } from '../../broker/protocol/schema/big-endian.js';
import type { StreamReader, StreamReaders } from '../../harness/world/stream-reader.js';

const LENGTH_BYTES = 4;
/** Length, API key, API version, correlation id. */
const REQUEST_HEAD_BYTES = 12;
/** Length, correlation id. */
const RESPONSE_HEAD_BYTES = 8;

interface SentRequest {
  readonly correlationId: number;
  readonly apiKey: number;
}

export function readKafkaStreams(): StreamReaders {
  const sent: SentRequest[] = [];
  return {
    toListener: new FrameStreamReader(REQUEST_HEAD_BYTES, (bytes, at) => {
      const apiKey = int16At(bytes, at + LENGTH_BYTES);
      sent.push({ apiKey, correlationId: int32At(bytes, at + LENGTH_BYTES + 4) });
      return servedApiOf(apiKey) ?? '';
    }),
    toConnector: new FrameStreamReader(RESPONSE_HEAD_BYTES, (bytes, at) => {
      const correlationId = int32At(bytes, at + LENGTH_BYTES);
      const request = takeSent(sent, correlationId);
      const apiName = request === undefined ? null : servedApiOf(request.apiKey);
      return apiName === null ? '' : responseKind(apiName);
    }),
  };
}

/** Earlier requests without a response get none: Produce with acks=0. */
function takeSent(sent: SentRequest[], correlationId: number): SentRequest | undefined {
  if (sent[0]?.correlationId === correlationId) return sent.shift();
  const at = sent.findIndex((request) => request.correlationId === correlationId);
  return sent.splice(0, at + 1).at(-1);
}

/** The kind of the frame whose head is at a position. */
type KindOf = (bytes: Uint8Array, at: number) => string;

/** One direction of a connection: frames of a length and a header that names them. */
class FrameStreamReader implements StreamReader {
  kind = '';
  readonly #head: Uint8Array;
  readonly #kindOf: KindOf;
  /** The number of bytes read of the present frame. */
  #readBytes = 0;

  constructor(headBytes: number, kindOf: KindOf) {
    this.#head = new Uint8Array(headBytes);
    this.#kindOf = kindOf;
  }

  take(bytes: Uint8Array, from: number): number {
    const headBytes = this.#head.length;
    const leftBytes = bytes.length - from;
    // Most writes are one whole frame.
    if (this.#readBytes === 0 && leftBytes >= headBytes && frameBytesAt(bytes, from) === leftBytes) {
      this.kind = this.#kindOf(bytes, from);
      return leftBytes;
    }
    if (this.#readBytes === 0) this.kind = '';
    let at = from;
    for (; at < bytes.length && this.#readBytes < headBytes; at += 1) {
      this.#head[this.#readBytes] = bytes[at]!;
      this.#readBytes += 1;
      if (this.#readBytes === headBytes) this.kind = this.#kindOf(this.#head, 0);
    }
    if (this.#readBytes < headBytes) return at - from;
    const frameBytes = frameBytesAt(this.#head, 0);
    const restBytes = Math.min(Math.max(0, frameBytes - this.#readBytes), bytes.length - at);
    this.#readBytes += restBytes;
    if (this.#readBytes >= frameBytes) this.#readBytes = 0;
    return at - from + restBytes;
  }
}

function frameBytesAt(bytes: Uint8Array, at: number): number {
  return LENGTH_BYTES + int32At(bytes, at);
}
