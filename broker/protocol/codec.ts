/**
 * Requests and responses to bytes and back. A frame is what travels on a connection: four bytes with the length of what follows,
 * header, body. What is encoded is a whole frame; what is decoded is the bytes behind the length, which the reader of the stream
 * has taken off.
 *
 * Bytes may come from anybody: what is not a frame is a value that says why, never an exception, and nothing is allocated for a
 * length that the bytes do not bear out. Bytes behind the body are left unread and counted, as Kafka leaves them.
 */
import { apiSchemas, type RequestBody, type ResponseBody, type SchemaName } from './apis/schemas.js';
import { requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './headers.js';
import type { Api } from './schema/api.js';
import type { MalformedFrame } from './schema/malformed-frame.js';
import { attempt } from './schema/message.js';
import { Reader } from './schema/reader.js';
import { utf8Length } from './schema/utf8.js';
import type { AnyCodec } from './schema/wire-codec.js';
import { Writer } from './schema/writer.js';

const LENGTH_BYTES = 4;

export interface RequestHeader {
  readonly correlationId: number;
  readonly clientId: string | null;
}

/** A request whose API and version are known; `body` is that of `apiName`. */
export type DecodedRequest<A extends SchemaName = SchemaName> = {
  readonly [Name in A]: {
    readonly apiName: Name;
    readonly apiVersion: number;
    readonly header: RequestHeader;
    readonly body: RequestBody<Name>;
    readonly unreadBytes: number;
  };
}[A];

export type RequestDecoding =
  | { readonly ok: true; readonly request: DecodedRequest }
  /** The header was read, the API or its version is not ours: UNSUPPORTED_VERSION, or the end of the connection. */
  | {
      readonly ok: false;
      readonly reason: 'unknown-api' | 'unsupported-version';
      readonly apiKey: number;
      readonly apiVersion: number;
      readonly header: RequestHeader;
    }
  | { readonly ok: false; readonly reason: 'malformed'; readonly error: MalformedFrame };

export type ResponseDecoding<A extends SchemaName> =
  | {
      readonly ok: true;
      readonly correlationId: number;
      readonly body: ResponseBody<A>;
      readonly unreadBytes: number;
    }
  | { readonly ok: false; readonly error: MalformedFrame };

/** The API without its types: the bodies that go in and come out are those of the name it is asked for by. */
function apiOf(name: SchemaName): Api {
  return apiSchemas[name] as unknown as Api;
}

const namesByKey = new Map<number, SchemaName>(
  Object.values(apiSchemas).map(({ key, name }): [number, SchemaName] => [key, name]),
);

export function apiNameOf(key: number): SchemaName | null {
  return namesByKey.get(key) ?? null;
}

/** The size of the whole frame, the four bytes of its length included. */
export function sizeOfRequest<A extends SchemaName>(
  apiName: A,
  apiVersion: number,
  header: RequestHeader,
  body: RequestBody<A>,
): number {
  const { request } = apiOf(apiName);
  const { clientId } = header;
  // Key, version and correlation id; the client id behind two bytes; in flexible versions an empty list of tags.
  const headerBytes = 10 + (clientId === null ? 0 : utf8Length(clientId));
  const tagsBytes = request.isFlexible(apiVersion) ? 1 : 0;
  return LENGTH_BYTES + headerBytes + tagsBytes + request.codec(apiVersion).size(body as never);
}

export function encodeRequest<A extends SchemaName>(
  apiName: A,
  apiVersion: number,
  header: RequestHeader,
  body: RequestBody<A>,
): Uint8Array {
  const { key, request } = apiOf(apiName);
  const headerCodec = requestHeader.codec(requestHeaderVersion(request.isFlexible(apiVersion)));
  return frameOf(headerCodec, headerValues(key, apiVersion, header), request.codec(apiVersion), body);
}

export function decodeRequest(payload: Uint8Array): RequestDecoding {
  const reader = new Reader(payload);
  const decoding = attempt(reader, () => readRequest(reader));
  return decoding.ok ? decoding.value : { ok: false, reason: 'malformed', error: decoding.error };
}

export function sizeOfResponse<A extends SchemaName>(
  apiName: A,
  apiVersion: number,
  body: ResponseBody<A>,
): number {
  const { key, response } = apiOf(apiName);
  const isFlexible = response.isFlexible(apiVersion);
  const headerBytes = 4 + responseHeaderVersion(key, isFlexible);
  return LENGTH_BYTES + headerBytes + response.codec(apiVersion).size(body as never);
}

export function encodeResponse<A extends SchemaName>(
  apiName: A,
  apiVersion: number,
  correlationId: number,
  body: ResponseBody<A>,
): Uint8Array {
  const { key, response } = apiOf(apiName);
  const headerCodec = responseHeader.codec(responseHeaderVersion(key, response.isFlexible(apiVersion)));
  return frameOf(headerCodec, { correlationId }, response.codec(apiVersion), body);
}

export function decodeResponse<A extends SchemaName>(
  apiName: A,
  apiVersion: number,
  payload: Uint8Array,
): ResponseDecoding<A> {
  const { key, response } = apiOf(apiName);
  const headerCodec = responseHeader.codec(responseHeaderVersion(key, response.isFlexible(apiVersion)));
  const reader = new Reader(payload);
  const decoding = attempt(reader, () => {
    const { correlationId } = headerCodec.read(reader);
    return { correlationId, body: response.codec(apiVersion).read(reader) as unknown as ResponseBody<A> };
  });
  if (!decoding.ok) return decoding;
  return { ok: true, ...decoding.value, unreadBytes: reader.remaining };
}

/** Of a response that has come, to find the request it answers before its version is known; null without four bytes. */
export function correlationIdOf(payload: Uint8Array): number | null {
  return payload.length < 4 ? null : new Reader(payload).int32();
}

function headerValues(requestApiKey: number, requestApiVersion: number, header: RequestHeader) {
  return {
    requestApiKey,
    requestApiVersion,
    correlationId: header.correlationId,
    clientId: header.clientId,
  };
}

function frameOf(headerCodec: AnyCodec, header: object, bodyCodec: AnyCodec, body: object): Uint8Array {
  const size = headerCodec.size(header as never) + bodyCodec.size(body as never);
  const writer = new Writer(new Uint8Array(LENGTH_BYTES + size));
  writer.int32(size);
  headerCodec.write(writer, header as never);
  bodyCodec.write(writer, body as never);
  return writer.bytes;
}

/** The first eight bytes of both headers are alike: key, version, correlation id. What follows depends on the API. */
function readRequest(reader: Reader): RequestDecoding {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const apiName = apiNameOf(apiKey);
  const isKnown = apiName !== null && apiOf(apiName).request.isValid(apiVersion);
  reader.position -= 4;
  if (apiName === null || !isKnown) {
    const { correlationId, clientId } = requestHeader.codec(1).read(reader);
    const reason = apiName === null ? 'unknown-api' : 'unsupported-version';
    return { ok: false, reason, apiKey, apiVersion, header: { correlationId, clientId } };
  }
  const { request } = apiOf(apiName);
  const headerVersion = requestHeaderVersion(request.isFlexible(apiVersion));
  const { correlationId, clientId } = requestHeader.codec(headerVersion).read(reader);
  const body = request.codec(apiVersion).read(reader) as unknown as RequestBody<SchemaName>;
  const header = { correlationId, clientId };
  // The body was read by the schema of this very API.
  const decoded = {
    apiName,
    apiVersion,
    header,
    body,
    unreadBytes: reader.remaining,
  } as unknown as DecodedRequest;
  return { ok: true, request: decoded };
}
