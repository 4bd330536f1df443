import { newestOffered } from './api-versions-response.js';
import { apiSchemas, type SchemaName } from './apis/schemas.js';
import type { ApiName } from './frame.js';

/** The version of each API that this project's clients and brokers use: the newest one offered. */
export const apiVersions: Readonly<Record<ApiName, number>> = {
  ...newestVersions(),
};

function newestVersions(): Record<SchemaName, number> {
  const names = Object.keys(apiSchemas) as SchemaName[];
  return Object.fromEntries(names.map((name) => [name, newestOffered(name)])) as Record<SchemaName, number>;
}
