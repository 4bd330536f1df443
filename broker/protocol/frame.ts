import type { RequestBodies, ResponseBodies } from './apis/index.js';

export type ApiName = keyof RequestBodies;

/** One request on a connection: header and typed body. */
export interface RequestFrame<A extends ApiName = ApiName> {
  readonly type: 'request';
  readonly apiName: A;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: RequestBodies[A];
}

/** The response to a request. Responses come in the order of the requests on one connection, as in Kafka. */
export interface ResponseFrame<A extends ApiName = ApiName> {
  readonly type: 'response';
  readonly apiName: A;
  readonly correlationId: number;
  readonly body: ResponseBodies[A];
}
