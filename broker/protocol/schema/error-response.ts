/**
 * The error response of an API, derived from its schemas: the error is in every field for one. An array of results
 * repeats the entries of the request that the response's schema `echoes`.
 */
import type { ErrorName } from '../errors.js';
import type { BodyOf, Field, Struct } from './field.js';
import { isIn } from './versions.js';

type Values = { readonly [name: string]: unknown };

/** The name of an element of an array of numbers or texts when it is echoed. */
export const ELEMENT = '';

export function errorResponseOf<Response extends Struct>(
  fields: Response,
): (request: object, error: ErrorName, version: number) => BodyOf<Response> {
  // The result has the fields of the schema from which it is made.
  return (request, error, version) =>
    structWith(fields, request as Values, error, version) as BodyOf<Response>;
}

function structWith(fields: Struct, asked: Values, error: ErrorName, version: number): Values {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, valueIn(field, asked, error, version)]),
  );
}

function valueIn(field: Field, asked: Values, error: ErrorName, version: number): unknown {
  if (!isIn(field.versions, version) && !field.ignorable) return field.defaultValue;
  if (field.representation === 'error-name' && field.tag < 0) return error;
  const source = field.echoes === null ? undefined : asked[field.echoes];
  if (source === undefined || source === null) return field.onError;
  const fields = field.element?.fields ?? null;
  if (fields === null || !Array.isArray(source)) return source;
  return source.map((each) => structWith(fields, asValues(each), error, version));
}

function asValues(element: unknown): Values {
  return typeof element === 'object' && element !== null ? (element as Values) : { [ELEMENT]: element };
}
