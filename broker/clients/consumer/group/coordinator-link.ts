/**
 * A consumer's way to the coordinator of its group (AbstractCoordinator): finds it with FindCoordinator, and keeps two
 * connections to it. A JoinGroup or SyncGroup may wait long at the coordinator and would delay everything behind it.
 */
import type { Address, Env } from '../../../env.js';
import { findCoordinatorApi } from '../../../protocol/apis/10-find-coordinator.js';
import type { RequestBodies } from '../../../protocol/apis/index.js';
import type { ErrorName } from '../../../protocol/errors.js';
import type { ApiName } from '../../../protocol/frame.js';
import { RpcClient, type RpcResult } from '../../../protocol/rpc-client.js';
import type { ClusterAccess } from '../../cluster-access.js';

export interface CoordinatorLinkOptions {
  readonly clientId: string;
  readonly groupId: string;
  readonly cluster: ClusterAccess;
  readonly requestTimeoutMs: number;
  /** JoinGroup and SyncGroup wait for the slowest member. */
  readonly joinTimeoutMs: number;
  /** The coordinator was found, or the group will never have one. */
  readonly onFound: (fatal: ErrorName | null) => void;
}

interface Connections {
  readonly address: Address;
  readonly joins: RpcClient;
  readonly others: RpcClient;
}

/** FindCoordinator says only once for all what a consumer cannot change. */
const FATAL: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'GROUP_AUTHORIZATION_FAILED',
  'INVALID_GROUP_ID',
  'INVALID_REQUEST',
  'UNSUPPORTED_VERSION',
]);

export class CoordinatorLink {
  readonly #env: Env;
  readonly #options: CoordinatorLinkOptions;
  #found: Connections | null = null;
  #isAsking = false;
  #failures = 0;
  #retryAt = 0;
  #isClosed = false;

  constructor(env: Env, options: CoordinatorLinkOptions) {
    this.#env = env;
    this.#options = options;
  }

  get isKnown(): boolean {
    return this.#found !== null;
  }

  /** Asks for the coordinator if it is not known. Returns when to look again; 0: it is known. */
  find(now: number): number {
    if (this.#found !== null) return 0;
    if (this.#isAsking || this.#isClosed) return Number.POSITIVE_INFINITY;
    if (this.#retryAt > now) return this.#retryAt;
    const { connections, backoff } = this.#options.cluster;
    const broker = connections.leastLoaded(now);
    if (broker === null) return now + backoff.micros(0);
    // A new connection makes the consumer look again.
    if (!connections.isReady(broker, now)) return Number.POSITIVE_INFINITY;
    this.#isAsking = true;
    const request = { ...findCoordinatorApi.request.defaults, coordinatorKeys: [this.#options.groupId] };
    broker.rpc.send('FindCoordinator', request, this.#onAnswer.bind(this));
    return Number.POSITIVE_INFINITY;
  }

  /** The coordinator has moved or does not answer. Requests in flight fail. */
  markUnknown(): void {
    const found = this.#found;
    this.#found = null;
    found?.joins.disconnect();
    found?.others.disconnect();
  }

  send<A extends ApiName>(apiName: A, body: RequestBodies[A], done: (result: RpcResult<A>) => void): void {
    this.#send(this.#found?.others, apiName, body, done);
  }

  sendJoin<A extends 'JoinGroup' | 'SyncGroup'>(
    apiName: A,
    body: RequestBodies[A],
    done: (result: RpcResult<A>) => void,
  ): void {
    this.#send(this.#found?.joins, apiName, body, done);
  }

  close(): void {
    this.#isClosed = true;
    this.#found?.joins.close();
    this.#found?.others.close();
    this.#found = null;
  }

  #send<A extends ApiName>(
    rpc: RpcClient | undefined,
    apiName: A,
    body: RequestBodies[A],
    done: (result: RpcResult<A>) => void,
  ): void {
    if (rpc === undefined) throw new Error(`${apiName} without a coordinator`);
    rpc.send(apiName, body, (result) => {
      if (this.#isClosed) return;
      const isSame = this.#found?.joins === rpc || this.#found?.others === rpc;
      if (!result.ok && isSame) this.markUnknown();
      done(result);
    });
  }

  #onAnswer(result: RpcResult<'FindCoordinator'>): void {
    if (this.#isClosed) return;
    this.#isAsking = false;
    const answer = result.ok ? result.body.coordinators[0] : undefined;
    if (answer?.errorCode === 'NONE') {
      this.#failures = 0;
      this.#connect({ host: answer.host, port: answer.port });
      this.#options.onFound(null);
      return;
    }
    this.#retryAt = this.#env.clock.monotonicMicros() + this.#options.cluster.backoff.micros(this.#failures);
    this.#failures += 1;
    const isFatal = answer !== undefined && FATAL.has(answer.errorCode);
    this.#options.onFound(isFatal ? answer.errorCode : null);
  }

  #connect(address: Address): void {
    const { clientId, requestTimeoutMs, joinTimeoutMs } = this.#options;
    const open = (timeoutMs: number): RpcClient =>
      new RpcClient(this.#env, address, { clientId, requestTimeoutMicros: timeoutMs * 1_000 });
    this.#found = { address, joins: open(joinTimeoutMs), others: open(requestTimeoutMs) };
  }
}
