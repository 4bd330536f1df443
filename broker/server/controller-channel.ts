/**
 * A broker's connection to the active controller, for one kind of traffic: what waits behind a slow answer on one
 * channel does not hold up another (org.apache.kafka.server.NodeToControllerChannelManager; one each for
 * heartbeats, for the metadata log and for the rest). After a failure the next address is tried.
 */
import type { Address, Env } from '../env.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName } from '../protocol/frame.js';
import { RpcClient, type RpcResult } from '../protocol/rpc-client.js';

export interface ControllerChannelOptions {
  /** One or more voters. */
  readonly controllers: readonly Address[];
  readonly clientId: string;
  readonly requestTimeoutMicros: number;
}

const RETRY_BACKOFF_MICROS = 100_000;

export class ControllerChannel {
  readonly #env: Env;
  readonly #clients: readonly RpcClient[];
  #current = 0;
  #isClosed = false;

  constructor(env: Env, options: ControllerChannelOptions) {
    const { controllers, clientId, requestTimeoutMicros } = options;
    this.#env = env;
    this.#clients = controllers.map(
      (address) => new RpcClient(env, address, { clientId, requestTimeoutMicros }),
    );
  }

  /** One attempt. Nothing comes back after `close`. */
  send<A extends ApiName>(apiName: A, body: RequestBodies[A], done: (result: RpcResult<A>) => void): void {
    const index = this.#current;
    this.#clients[index]?.send(apiName, body, (result) => {
      if (this.#isClosed) return;
      if (!result.ok && index === this.#current) this.#current = (index + 1) % this.#clients.length;
      done(result);
    });
  }

  /** Sent again after every failure until it is answered: it may arrive more than once. */
  sendUntilAnswered<A extends ApiName>(
    apiName: A,
    body: RequestBodies[A],
    done: (response: ResponseBodies[A]) => void,
  ): void {
    if (this.#isClosed) return;
    this.send(apiName, body, (result) => {
      if (result.ok) done(result.body);
      else this.#env.timers.schedule(RETRY_BACKOFF_MICROS, () => this.sendUntilAnswered(apiName, body, done));
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client.close();
  }
}
