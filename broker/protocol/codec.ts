/**
 * Encodes and decodes requests and responses. A frame on a connection is four bytes with the length of the rest, then
 * header and body. The encoders make a whole frame. The decoders get the bytes after the length, which the reader of
 * the stream has removed.
 *
 * The bytes may come from any sender. Bytes that are not a frame give a value with the reason, never an exception,
 * and no memory is allocated for a length larger than the bytes that are there. Bytes after the body are counted and
 * ignored, as in Kafka.
 */
import { apiSchemas, type RequestBody, type ResponseBody, type SchemaName } from './apis/schemas.js';
import { requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './headers.js';
import type { Api } from './schema/api.js';
import { int32At } from './schema/big-endian.js';
import { MalformedFrame } from './schema/malformed-frame.js';
import { Reader } from './schema/reader.js';
import { utf8Length } from './schema/utf8.js';
import type { AnyCodec } from './schema/wire-codec.js';
import { Writer } from './schema/writer.js';
import { allocate } from './slab.js';

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
  /**
   * The header was read, but this broker lacks the API or its version. The caller answers UNSUPPORTED_VERSION or ends
   * the connection.
   */
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

/** The API without its body types. The bodies that the callers pass and get are those of the API's name. */
function apiOf(name: SchemaName): Api {
  return apiSchemas[name] as unknown as Api;
}

const namesByKey = new Map<number, SchemaName>(
  Object.values(apiSchemas).map(({ key, name }): [number, SchemaName] => [key, name]),
);

export function apiNameOf(key: number): SchemaName | null {
  return namesByKey.get(key) ?? null;
}

/** The size of the whole frame, including the four bytes of its length. */
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
  try {
    return readRequest(new Reader(payload));
  } catch (error) {
    if (error instanceof MalformedFrame) return { ok: false, reason: 'malformed', error };
    throw error;
  }
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
  try {
    const { correlationId } = headerCodec.read(reader);
    const body = response.codec(apiVersion).read(reader) as unknown as ResponseBody<A>;
    return { ok: true, correlationId, body, unreadBytes: reader.remaining };
  } catch (error) {
    if (error instanceof MalformedFrame) return { ok: false, error };
    throw error;
  }
}

/**
 * The correlation id of a received response, by which its request is found before its version is known; null: fewer
 * than four bytes.
 */
export function correlationIdOf(payload: Uint8Array): number | null {
  return payload.length < 4 ? null : int32At(payload, 0);
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
  const writer = new Writer(allocate(LENGTH_BYTES + size));
  writer.int32(size);
  headerCodec.write(writer, header as never);
  bodyCodec.write(writer, body as never);
  return writer.bytes;
}

/**
 * The first eight bytes of both header versions are equal: key, version, correlation id. The rest depends on the API.
 */
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
  // The body was decoded by the schema of this API.
  const decoded = {
    apiName,
    apiVersion,
    header,
    body,
    unreadBytes: reader.remaining,
  } as unknown as DecodedRequest;
  return { ok: true, request: decoded };
}
