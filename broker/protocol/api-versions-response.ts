/** What ApiVersions answers: every API that a listener serves, with its versions. */
import { apiSchemas, type ResponseBody, type SchemaName } from './apis/schemas.js';
import type { ErrorName } from './errors.js';
import type { Listener } from './schema/api.js';

/** librdkafka compresses only where Produce 0 is on offer, although nobody sends it (KAFKA-18659). */
const PRODUCE_LOWEST_OFFERED = 0;

/** The newest version of an API that is on offer: one that may still change is not. */
export function newestOffered(name: SchemaName): number {
  const { validVersions, latestVersionUnstable } = apiSchemas[name];
  return latestVersionUnstable ? validVersions.highest - 1 : validVersions.highest;
}

/** `served`: what has a handler; of that, what belongs on this listener. */
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
