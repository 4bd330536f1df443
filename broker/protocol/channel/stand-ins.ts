/**
 * The request by which a broker follows the metadata log does not have Kafka's schema yet (Fetch of
 * `__cluster_metadata`). Until then it is sent as JSON under a key that Kafka does not have.
 */
import type { ResponseBodies } from '../apis/index.js';
import type { ApiName, RequestFrame, ResponseFrame } from '../frame.js';
import { int16At } from '../schema/big-endian.js';
import { utf8Length } from '../schema/utf8.js';

const KEY = 32_001;
type StandIn = 'MetadataLogFetch';

const LENGTH_BYTES = 4;
/** Key, version and correlation id. */
const REQUEST_HEAD_BYTES = 8;
const RESPONSE_HEAD_BYTES = 4;

export function isStandIn(apiName: ApiName): apiName is StandIn {
  return apiName === 'MetadataLogFetch';
}

export function standInNameOf(key: number): StandIn | null {
  return key === KEY ? 'MetadataLogFetch' : null;
}

export function standInRequest(request: RequestFrame): Uint8Array {
  const { apiName, apiVersion, correlationId, clientId, body } = request;
  if (!isStandIn(apiName)) throw new Error(`${apiName} speaks its schema`);
  const frame = framed(REQUEST_HEAD_BYTES, { clientId, body });
  const view = new DataView(frame.buffer);
  view.setInt16(LENGTH_BYTES, KEY);
  view.setInt16(LENGTH_BYTES + 2, apiVersion);
  view.setInt32(LENGTH_BYTES + 4, correlationId);
  return frame;
}

export function standInResponse(correlationId: number, body: ResponseBodies[ApiName]): Uint8Array {
  const frame = framed(RESPONSE_HEAD_BYTES, body);
  new DataView(frame.buffer).setInt32(LENGTH_BYTES, correlationId);
  return frame;
}

/** The size of the frame that `standInRequest` makes. */
export function standInRequestSize({ clientId, body }: RequestFrame): number {
  return framedSize(REQUEST_HEAD_BYTES, { clientId, body });
}

/** The size of the frame that `standInResponse` makes. */
export function standInResponseSize(body: ResponseBodies[ApiName]): number {
  return framedSize(RESPONSE_HEAD_BYTES, body);
}

export const standIns = {
  /** Null: the payload is not such a request. */
  request(payload: Uint8Array): RequestFrame | null {
    if (payload.length < REQUEST_HEAD_BYTES) return null;
    const apiName = standInNameOf(int16At(payload, 0));
    if (apiName === null) return null;
    const view = new DataView(payload.buffer, payload.byteOffset);
    const { clientId, body }: Pick<RequestFrame, 'clientId' | 'body'> = parse(payload, REQUEST_HEAD_BYTES);
    const [apiVersion, correlationId] = [view.getInt16(2), view.getInt32(4)];
    return { type: 'request', apiName, apiVersion, correlationId, clientId, body };
  },
  response(apiName: StandIn, payload: Uint8Array): ResponseFrame {
    const correlationId = new DataView(payload.buffer, payload.byteOffset).getInt32(0);
    return { type: 'response', apiName, correlationId, body: parse(payload, RESPONSE_HEAD_BYTES) };
  },
};

function framedSize(headBytes: number, content: object): number {
  return LENGTH_BYTES + headBytes + utf8Length(JSON.stringify(content));
}

function framed(headBytes: number, content: object): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(content));
  const frame = new Uint8Array(LENGTH_BYTES + headBytes + text.length);
  new DataView(frame.buffer).setInt32(0, headBytes + text.length);
  frame.set(text, LENGTH_BYTES + headBytes);
  return frame;
}

function parse<T>(payload: Uint8Array, headBytes: number): T {
  return JSON.parse(new TextDecoder().decode(payload.subarray(headBytes)));
}
