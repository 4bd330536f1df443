/** An API of Kafka: its key, its versions, its listeners, and the schemas of request and response. */

import type { ErrorName } from '../errors.js';
import { errorResponseOf } from './error-response.js';
import type { BodyOf, Struct } from './field.js';
import { Message } from './message.js';
import type { VersionRange } from './versions.js';

export type Listener = 'broker' | 'controller';

export interface ApiDescription<Name extends string, Request extends Struct, Response extends Struct> {
  readonly key: number;
  readonly name: Name;
  readonly validVersions: string;
  readonly flexibleVersions: string;
  /** The newest version is unstable: a broker does not offer it. */
  readonly latestVersionUnstable?: true;
  readonly listeners: readonly Listener[];
  readonly request: Request;
  readonly response: Response;
}

export interface Api<
  Name extends string = string,
  Request extends Struct = Struct,
  Response extends Struct = Struct,
> {
  readonly key: number;
  readonly name: Name;
  readonly validVersions: VersionRange;
  readonly latestVersionUnstable: boolean;
  readonly listeners: readonly Listener[];
  readonly request: Message<Request>;
  readonly response: Message<Response>;
  /** The response with `error` for everything that was requested. */
  errorResponse(request: BodyOf<Request>, error: ErrorName, version?: number): BodyOf<Response>;
}

export type RequestOf<A> = A extends Api<string, infer Request, Struct> ? BodyOf<Request> : never;
export type ResponseOf<A> = A extends Api<string, Struct, infer Response> ? BodyOf<Response> : never;

export function api<Name extends string, Request extends Struct, Response extends Struct>(
  description: ApiDescription<Name, Request, Response>,
): Api<Name, Request, Response> {
  const { key, name, validVersions, flexibleVersions, listeners } = description;
  const request = new Message({
    name: `${name}Request`,
    validVersions,
    flexibleVersions,
    fields: description.request,
  });
  const response = new Message({
    name: `${name}Response`,
    validVersions,
    flexibleVersions,
    fields: description.response,
    unsupported: 'dropped',
  });
  const errorResponse = errorResponseOf(description.response);
  return {
    key,
    name,
    validVersions: request.validVersions,
    latestVersionUnstable: description.latestVersionUnstable ?? false,
    listeners,
    request,
    response,
    errorResponse: (asked, error, version = request.validVersions.highest) =>
      errorResponse(asked, error, version),
  };
}
