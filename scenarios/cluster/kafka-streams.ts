/**
 * Tells the simulated network the kind of message to which bytes on a connection to a broker or controller belong. A
 * request has its API key after its length. A response has the correlation id of its request, and responses come in
 * the order of requests.
 */
import { servedApiOf } from '../../broker/protocol/channel/wire-frames.js';
import { responseKind } from '../../broker/protocol/message-kinds.js';
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
    toListener: new FrameStreamReader(REQUEST_HEAD_BYTES, (head) => {
      const apiKey = head.getInt16(LENGTH_BYTES);
      sent.push({ apiKey, correlationId: head.getInt32(LENGTH_BYTES + 4) });
      return servedApiOf(apiKey) ?? '';
    }),
    toConnector: new FrameStreamReader(RESPONSE_HEAD_BYTES, (head) => {
      const correlationId = head.getInt32(LENGTH_BYTES);
      // Earlier requests without a response get none: Produce with acks=0.
      const at = sent.findIndex((request) => request.correlationId === correlationId);
      const [request] = sent.splice(0, at + 1).slice(-1);
      const apiName = request === undefined ? null : servedApiOf(request.apiKey);
      return apiName === null ? '' : responseKind(apiName);
    }),
  };
}

/** One direction of a connection: frames of a length and a header that names them. */
class FrameStreamReader implements StreamReader {
  kind = '';
  readonly #head: DataView;
  readonly #kindOf: (head: DataView) => string;
  /** The number of bytes read of the present frame. */
  #readBytes = 0;

  constructor(headBytes: number, kindOf: (head: DataView) => string) {
    this.#head = new DataView(new ArrayBuffer(headBytes));
    this.#kindOf = kindOf;
  }

  take(bytes: Uint8Array, from: number): number {
    if (this.#readBytes === 0) this.kind = '';
    let at = from;
    const headBytes = this.#head.byteLength;
    for (; at < bytes.length && this.#readBytes < headBytes; at += 1) {
      this.#head.setUint8(this.#readBytes, bytes[at]!);
      this.#readBytes += 1;
      if (this.#readBytes === headBytes) this.kind = this.#kindOf(this.#head);
    }
    if (this.#readBytes < headBytes) return at - from;
    const frameBytes = LENGTH_BYTES + this.#head.getInt32(0);
    const restBytes = Math.min(Math.max(0, frameBytes - this.#readBytes), bytes.length - at);
    this.#readBytes += restBytes;
    if (this.#readBytes >= frameBytes) this.#readBytes = 0;
    return at - from + restBytes;
  }
}
