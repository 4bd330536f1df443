/** The error response of an API by its name, and the search for an error in a response. Both are derived from the schemas. */
import type { RequestBodies, ResponseBodies } from './apis/index.js';
import type { SchemaName } from './apis/schemas.js';
import { apiSchemas } from './apis/schemas.js';
import type { ErrorName } from './errors.js';
import type { Api } from './schema/api.js';
import type { Field, Struct } from './schema/field.js';
import { isIn } from './schema/versions.js';

type Values = { readonly [name: string]: unknown };

/** The API without its body types. The bodies that the callers pass and get are those of the API's name. */
function apiOf(name: SchemaName): Api {
  return apiSchemas[name] as unknown as Api;
}

/** The response with `error` for everything that was requested. */
export function errorAnswer<A extends SchemaName>(
  apiName: A,
  request: RequestBodies[A],
  error: ErrorName,
  version?: number,
): ResponseBodies[A] {
  return apiOf(apiName).errorResponse(request as never, error, version) as unknown as ResponseBodies[A];
}

/** Whether `error` is anywhere in the response (org.apache.kafka.common.requests.AbstractResponse#errorCounts). */
export function containsError(apiName: SchemaName, response: object, error: ErrorName): boolean {
  return isInStruct(apiOf(apiName).response.fields, response as Values, error);
}

function isInStruct(fields: Struct, values: Values, error: ErrorName): boolean {
  for (const name of Object.keys(fields)) if (isInField(fields[name]!, values[name], error)) return true;
  return false;
}

function isInField(field: Field, value: unknown, error: ErrorName): boolean {
  if (field.representation === 'error-name') return value === error;
  const fields = field.element?.fields ?? null;
  if (fields === null || !Array.isArray(value)) return false;
  return value.some((each: Values) => isInStruct(fields, each, error));
}

/**
 * A response of the newest version as `version` carries it. A field that the version lacks has its default, also one
 * that the schema does not permit to ignore.
 */
export function inVersion<A extends SchemaName>(
  apiName: A,
  response: ResponseBodies[A],
  version: number,
): ResponseBodies[A] {
  const { fields, validVersions } = apiOf(apiName).response;
  if (version === validVersions.highest) return response;
  return structIn(fields, response as unknown as Values, version) as unknown as ResponseBodies[A];
}

function structIn(fields: Struct, values: Values, version: number): Values {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, valueIn(field, values[name], version)]),
  );
}

function valueIn(field: Field, value: unknown, version: number): unknown {
  if (!isIn(field.versions, version)) return field.defaultValue;
  const fields = field.element?.fields ?? null;
  if (fields === null || !Array.isArray(value)) return value;
  return value.map((each: Values) => structIn(fields, each, version));
}
