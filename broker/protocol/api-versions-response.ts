/** What ApiVersions answers: every API that a listener serves, with its versions. */

import { apiSchemas, type ResponseBody } from './apis/schemas.js';
import type { ErrorName } from './errors.js';
import type { Listener } from './schema/api.js';

/** librdkafka compresses only where Produce 0 is on offer, although nobody sends it (KAFKA-18659). */
const PRODUCE_LOWEST_OFFERED = 0;

export function apiVersionsResponse(listener: Listener, errorCode: ErrorName): ResponseBody<'ApiVersions'> {
  const apiKeys = Object.values(apiSchemas)
    .filter(({ listeners }) => listeners.includes(listener))
    .map(({ key, name, validVersions: { lowest, highest }, latestVersionUnstable }) => ({
      apiKey: key,
      minVersion: name === 'Produce' ? PRODUCE_LOWEST_OFFERED : lowest,
      maxVersion: latestVersionUnstable ? highest - 1 : highest,
    }));
  return { ...apiSchemas.ApiVersions.response.defaults, errorCode, apiKeys };
}
