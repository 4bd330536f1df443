/**
 * Finds the kind of message to which bytes on a connection to a broker or controller belong, for the simulated
 * network. The head of a request contains its kind. A response has the correlation id of its request, and responses
 * come in the order of requests.
 */
import {
  REQUEST_HEAD_BYTES,
  requestHeadBytes,
  requestKindOf,
} from '../../broker/protocol/channel/request-head.js';
import { responseKind } from '../../broker/protocol/message-kinds.js';
import { int32At } from '../../broker/protocol/schema/big-endian.js';
import type { StreamReader, StreamReaders } from '../../harness/world/stream-reader.js';

const LENGTH_BYTES = 4;
const CORRELATION_ID_AT = 8;
/** Length, correlation id. */
const RESPONSE_HEAD_BYTES = 8;

interface SentRequest {
  readonly correlationId: number;
  readonly kind: string;
}

/** The head of a frame: its size, once its first bytes are known, and the kind that it names. */
interface HeadFormat {
  readonly firstBytes: number;
  sizeAt(bytes: Uint8Array, at: number): number;
  kindAt(bytes: Uint8Array, at: number, headBytes: number): string;
}

export function readKafkaStreams(): StreamReaders {
  const sent: SentRequest[] = [];
  return {
    toListener: new FrameStreamReader({
      firstBytes: REQUEST_HEAD_BYTES,
      sizeAt: requestHeadBytes,
      kindAt: (bytes, at, headBytes) => {
        const kind = requestKindOf(bytes, at, headBytes);
        sent.push({ kind, correlationId: int32At(bytes, at + CORRELATION_ID_AT) });
        return kind;
      },
    }),
    toConnector: new FrameStreamReader({
      firstBytes: RESPONSE_HEAD_BYTES,
      sizeAt: () => RESPONSE_HEAD_BYTES,
      kindAt: (bytes, at) => {
        const request = takeSent(sent, int32At(bytes, at + LENGTH_BYTES));
        return request === undefined || request.kind === '' ? '' : responseKind(request.kind);
      },
    }),
  };
}

/** Earlier requests without a response get none: Produce with acks=0. */
function takeSent(sent: SentRequest[], correlationId: number): SentRequest | undefined {
  if (sent[0]?.correlationId === correlationId) return sent.shift();
  const at = sent.findIndex((request) => request.correlationId === correlationId);
  return sent.splice(0, at + 1).at(-1);
}

/** One direction of a connection: frames of a length and a head that names them. */
class FrameStreamReader implements StreamReader {
  kind = '';
  readonly #format: HeadFormat;
  /** The beginning of the present frame. */
  #head: Uint8Array;
  /** 0 until the first bytes are read. */
  #headBytes = 0;
  #isNamed = false;
  /** The number of bytes read of the present frame. */
  #readBytes = 0;

  constructor(format: HeadFormat) {
    this.#format = format;
    this.#head = new Uint8Array(format.firstBytes);
  }

  take(bytes: Uint8Array, from: number): number {
    const { firstBytes } = this.#format;
    const leftBytes = bytes.length - from;
    if (this.#readBytes === 0) {
      // Most writes are one whole frame.
      if (leftBytes >= firstBytes && frameBytesAt(bytes, from) === leftBytes) {
        this.kind = this.#format.kindAt(bytes, from, this.#format.sizeAt(bytes, from));
        return leftBytes;
      }
      this.kind = '';
      this.#headBytes = 0;
      this.#isNamed = false;
    }
    let at = this.#takeHead(bytes, from, firstBytes);
    if (this.#readBytes < firstBytes) return at - from;
    if (this.#headBytes === 0) this.#headBytes = this.#format.sizeAt(this.#head, 0);
    at = this.#takeHead(bytes, at, this.#headBytes);
    if (this.#readBytes < this.#headBytes) return at - from;
    if (!this.#isNamed) {
      this.#isNamed = true;
      this.kind = this.#format.kindAt(this.#head, 0, this.#headBytes);
    }
    const frameBytes = frameBytesAt(this.#head, 0);
    const restBytes = Math.min(Math.max(0, frameBytes - this.#readBytes), bytes.length - at);
    this.#readBytes += restBytes;
    if (this.#readBytes >= frameBytes) this.#readBytes = 0;
    return at - from + restBytes;
  }

  /** Copies the head up to `headBytes`. Returns where the bytes after it begin. */
  #takeHead(bytes: Uint8Array, from: number, headBytes: number): number {
    const count = Math.min(headBytes - this.#readBytes, bytes.length - from);
    if (count <= 0) return from;
    if (this.#head.length < headBytes) {
      const longer = new Uint8Array(headBytes);
      longer.set(this.#head);
      this.#head = longer;
    }
    this.#head.set(bytes.subarray(from, from + count), this.#readBytes);
    this.#readBytes += count;
    return from + count;
  }
}

function frameBytesAt(bytes: Uint8Array, at: number): number {
  return LENGTH_BYTES + int32At(bytes, at);
}
