/**
 * Converts between the frames of this project and the bytes of Kafka's codec, and calculates the size of a frame
 * without its bytes. A frame passed by reference counts as many bytes as its encoding, so both ways give the same
 * run.
 */

import { unsupportedApiVersions } from '../api-versions-response.js';
import type { RequestBodies, ResponseBodies } from '../apis/index.js';
import { apiSchemas } from '../apis/schemas.js';
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  sizeOfRequest,
  sizeOfResponse,
} from '../codec.js';
import type { ApiName, RequestFrame, ResponseFrame } from '../frame.js';

/** The request that a response answers. */
export interface AnsweredRequest {
  readonly correlationId: number;
  readonly apiName: ApiName;
  readonly apiVersion: number;
}

export function requestBytes(request: RequestFrame): Uint8Array {
  const { apiName, apiVersion, correlationId, clientId, body } = request;
  return encodeRequest(apiName, apiVersion, { correlationId, clientId }, body as never);
}

export function requestSizeBytes(request: RequestFrame): number {
  const { apiName, apiVersion, correlationId, clientId, body } = request;
  return sizeOfRequest(apiName, apiVersion, { correlationId, clientId }, body as never);
}

/** Null: the payload is not a request of a known API and version. */
export function requestFrom(payload: Uint8Array): RequestFrame | null {
  const decoding = decodeRequest(payload);
  if (!decoding.ok) return null;
  const { apiName, apiVersion, header, body } = decoding.request;
  return {
    type: 'request',
    apiName,
    apiVersion,
    correlationId: header.correlationId,
    clientId: header.clientId ?? '',
    // The codec decoded the body by the schema of this API.
    body: body as RequestBodies[ApiName],
  };
}

/**
 * The frame that answers a payload which is an ApiVersions request of an unknown version (`unsupportedApiVersions`).
 * Null: the payload is anything else.
 */
export function unsupportedVersionAnswer(payload: Uint8Array): Uint8Array | null {
  const decoding = decodeRequest(payload);
  if (decoding.ok || decoding.reason !== 'unsupported-version') return null;
  const isAnswered = decoding.apiKey === apiSchemas.ApiVersions.key;
  return isAnswered ? unsupportedApiVersions(decoding.header.correlationId) : null;
}

export function responseBytes(request: AnsweredRequest, body: ResponseBodies[ApiName]): Uint8Array {
  const { apiName, apiVersion, correlationId } = request;
  return encodeResponse(apiName, apiVersion, correlationId, body as never);
}

export function responseSizeBytes(request: AnsweredRequest, body: ResponseBodies[ApiName]): number {
  const { apiName, apiVersion } = request;
  return sizeOfResponse(apiName, apiVersion, body as never);
}

/** Null: the payload is not a response of this API and version. */
export function responseFrom(request: AnsweredRequest, payload: Uint8Array): ResponseFrame | null {
  const { apiName, apiVersion } = request;
  const decoding = decodeResponse(apiName, apiVersion, payload);
  if (!decoding.ok) return null;
  const body = decoding.body as ResponseBodies[ApiName];
  return { type: 'response', apiName, correlationId: decoding.correlationId, body };
}

const servedApis = new Map<number, ApiName>(Object.values(apiSchemas).map(({ key, name }) => [key, name]));

/** The API with this request key; null: no served API has it. */
export function servedApiOf(key: number): ApiName | null {
  return servedApis.get(key) ?? null;
}
