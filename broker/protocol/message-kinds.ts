/**
 * The names of requests and responses in fault plans and traces: `Produce` and `Produce response`. A request has the
 * name of its API.
 */
import { apiVersions } from './api-versions.js';
import type { ApiName } from './frame.js';

const responseKinds: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(apiVersions).map((apiName) => [apiName, `${apiName} response`]),
);

export const responseKind = (apiName: ApiName): string => responseKinds[apiName]!;

/** Every kind of message, requests first. */
export const messageKinds: readonly string[] = [...Object.keys(apiVersions), ...Object.values(responseKinds)];
