/**
 * A broker's connection to the active controller for one kind of traffic
 * (org.apache.kafka.server.NodeToControllerChannelManager). There is one channel each for heartbeats, for the
 * metadata log and for other requests, so a slow answer on one does not delay another. After a failure the channel
 * tries the next address. It does so too when a voter answers that it is not the active controller; for the sender
 * that answer is a failed attempt.
 */
import type { Address, Env } from '../env.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { containsError } from '../protocol/error-answer.js';
import type { ApiName } from '../protocol/frame.js';
import { RpcClient, type RpcResult } from '../protocol/rpc-client.js';

export interface ControllerChannelOptions {
  /** The addresses of one or more voters. */
  readonly controllers: readonly Address[];
  readonly clientId: string;
  readonly requestTimeoutMicros: number;
}

export type ControllerResult<A extends ApiName> =
  | RpcResult<A>
  | { readonly ok: false; readonly failure: 'not-controller' };

const NO_LEADER = { ok: false, failure: 'not-controller' } as const;
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

  /** One attempt. The callback is not called after `close`. */
  send<A extends ApiName>(
    apiName: A,
    body: RequestBodies[A],
    done: (result: ControllerResult<A>) => void,
  ): void {
    const index = this.#current;
    this.#clients[index]?.send(apiName, body, (answer) => {
      if (this.#isClosed) return;
      const result = answer.ok && isFromNoLeader(apiName, answer.body) ? NO_LEADER : answer;
      if (!result.ok && index === this.#current) this.#current = (index + 1) % this.#clients.length;
      done(result);
    });
  }

  /** Sends again after every failure until there is an answer. The request may arrive more than once. */
  sendUntilAnswered<A extends ApiName>(
    apiName: A,
    body: RequestBodies[A],
    done: (response: ResponseBodies[A]) => void,
  ): void {
    this.sendUntil(Number.POSITIVE_INFINITY, apiName, body, (response) => {
      if (response !== null) done(response);
    });
  }

  /** Like `sendUntilAnswered`, but the first failure after `deadlineMicros` is the last one: the answer is null. */
  sendUntil<A extends ApiName>(
    deadlineMicros: number,
    apiName: A,
    body: RequestBodies[A],
    done: (response: ResponseBodies[A] | null) => void,
  ): void {
    if (this.#isClosed) return;
    this.send(apiName, body, (result) => {
      if (result.ok) done(result.body);
      else if (this.#env.clock.monotonicMicros() >= deadlineMicros) done(null);
      else {
        this.#env.timers.schedule(RETRY_BACKOFF_MICROS, () =>
          this.sendUntil(deadlineMicros, apiName, body, done),
        );
      }
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client.close();
  }
}

/** The voter that answered does not lead the quorum. */
function isFromNoLeader(apiName: ApiName, body: ResponseBodies[ApiName]): boolean {
  const isOfLog = apiName === 'Fetch' || apiName === 'DescribeQuorum';
  return containsError(apiName, body, isOfLog ? 'NOT_LEADER_OR_FOLLOWER' : 'NOT_CONTROLLER');
}
