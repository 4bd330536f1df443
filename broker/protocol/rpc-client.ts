import type { Address, Env } from '../env.js';
import type { RequestBodies, ResponseBodies } from './apis/index.js';
import type { ApiName } from './frame.js';

export type RpcFailure = 'disconnected' | 'timed-out';
export type RpcResult<A extends ApiName> =
  | { readonly ok: true; readonly body: ResponseBodies[A] }
  | { readonly ok: false; readonly failure: RpcFailure };

export interface RpcClientOptions {
  readonly clientId: string;
  readonly requestTimeoutMicros: number;
}

/** Stand-in until the real one lands. */
export declare class RpcClient {
  constructor(env: Env, address: Address, options: RpcClientOptions);
  send<A extends ApiName>(apiName: A, body: RequestBodies[A], done: (result: RpcResult<A>) => void): void;
  close(): void;
}
