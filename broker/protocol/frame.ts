import type { RequestBodies, ResponseBodies } from './apis/index.js';

export type ApiName = keyof RequestBodies;

/** One request as it travels on a connection: header and typed body. */
export interface RequestFrame<A extends ApiName = ApiName> {
  readonly type: 'request';
  readonly apiName: A;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: RequestBodies[A];
}

/** Its answer; responses come back in the order of their requests on one connection, as Kafka's do. */
export interface ResponseFrame<A extends ApiName = ApiName> {
  readonly type: 'response';
  readonly apiName: A;
  readonly correlationId: number;
  readonly body: ResponseBodies[A];
}
