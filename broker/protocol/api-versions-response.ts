/** The ApiVersions response: every API that a listener serves, with its versions, and the features of the cluster. */
import { apiSchemas, type RequestBody, type ResponseBody, type SchemaName } from './apis/schemas.js';
import { encodeResponse } from './codec.js';
import { reportedFeatures } from './features.js';
import type { Listener } from './schema/api.js';

/** librdkafka compresses only if Produce 0 is offered, although no client sends Produce 0 (KAFKA-18659). */
const PRODUCE_LOWEST_OFFERED = 0;

/** From this version on the request names the software of the client (KIP-511). */
const NAMES_SOFTWARE = 3;
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/** The newest offered version of an API. An unstable version is not offered. */
export function newestOffered(name: SchemaName): number {
  const { validVersions, latestVersionUnstable } = apiSchemas[name];
  return latestVersionUnstable ? validVersions.highest - 1 : validVersions.highest;
}

/** `served`: the APIs with a handler. The response lists those that belong on this listener. */
export function offeredApis(
  listener: Listener,
  served: ReadonlySet<string>,
): ResponseBody<'ApiVersions'>['apiKeys'] {
  return Object.values(apiSchemas)
    .filter(({ name, listeners }) => served.has(name) && listeners.includes(listener))
    .map(({ key, name, validVersions }) => ({
      apiKey: key,
      minVersion: name === 'Produce' ? PRODUCE_LOWEST_OFFERED : validVersions.lowest,
      maxVersion: newestOffered(name),
    }));
}

/** `metadataOffset`: the last offset of the metadata log that the answering process knows. */
export function apiVersionsResponse(
  apiKeys: ResponseBody<'ApiVersions'>['apiKeys'],
  request: RequestBody<'ApiVersions'>,
  version: number,
  metadataOffset: number,
): ResponseBody<'ApiVersions'> {
  const { defaults } = apiSchemas.ApiVersions.response;
  const { clientSoftwareName, clientSoftwareVersion } = request;
  const isNamed = SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion);
  if (version >= NAMES_SOFTWARE && !isNamed) return { ...defaults, errorCode: 'INVALID_REQUEST' };
  return { ...defaults, apiKeys, ...reportedFeatures(version, metadataOffset) };
}

/**
 * The frame that answers an ApiVersions request of a version that the broker does not know: a response of version 0
 * with the versions of ApiVersions alone, so that the client asks again (KIP-511).
 */
export function unsupportedApiVersions(correlationId: number): Uint8Array {
  return encodeResponse('ApiVersions', 0, correlationId, {
    ...apiSchemas.ApiVersions.response.defaults,
    errorCode: 'UNSUPPORTED_VERSION',
    apiKeys: offeredApis('broker', new Set(['ApiVersions'])),
  });
}
