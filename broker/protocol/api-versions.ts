import { newestOffered } from './api-versions-response.js';
import { apiSchemas, type SchemaName } from './apis/schemas.js';
import type { ApiName } from './frame.js';

/** From version 13 on Produce names topics by id, and the producer does not know the ids yet. */
const PRODUCE_BY_NAME = 12;

/** The version of each API that this project's clients and brokers use: the newest one offered. */
export const apiVersions: Readonly<Record<ApiName, number>> = {
  ...newestVersions(),
  Produce: PRODUCE_BY_NAME,
};

function newestVersions(): Record<SchemaName, number> {
  const names = Object.keys(apiSchemas) as SchemaName[];
  return Object.fromEntries(names.map((name) => [name, newestOffered(name)])) as Record<SchemaName, number>;
}
