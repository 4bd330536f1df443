/** The ApiVersions response: every API that a listener serves, with its versions. */
import { apiSchemas, type ResponseBody, type SchemaName } from './apis/schemas.js';
import type { ErrorName } from './errors.js';
import type { Listener } from './schema/api.js';

/** librdkafka compresses only if Produce 0 is offered, although no client sends Produce 0 (KAFKA-18659). */
const PRODUCE_LOWEST_OFFERED = 0;

/** The newest offered version of an API. An unstable version is not offered. */
export function newestOffered(name: SchemaName): number {
  const { validVersions, latestVersionUnstable } = apiSchemas[name];
  return latestVersionUnstable ? validVersions.highest - 1 : validVersions.highest;
}

/** `served`: the APIs with a handler. The response lists those that belong on this listener. */
export function apiVersionsResponse(
  listener: Listener,
  served: ReadonlySet<string>,
  errorCode: ErrorName,
): ResponseBody<'ApiVersions'> {
  const apiKeys = Object.values(apiSchemas)
    .filter(({ name, listeners }) => served.has(name) && listeners.includes(listener))
    .map(({ key, name, validVersions }) => ({
      apiKey: key,
      minVersion: name === 'Produce' ? PRODUCE_LOWEST_OFFERED : validVersions.lowest,
      maxVersion: newestOffered(name),
    }));
  return { ...apiSchemas.ApiVersions.response.defaults, errorCode, apiKeys };
}
