/**
 * One connection to one address, for requests that are answered in order. Contract:
 *
 * - Connects at the first `send` (or `connect`), and after an end at the next one. Back-off is the caller's task.
 * - Requests are pipelined. `done` is called once per request, in order of sending, never inside `send`.
 * - An attempt to connect ends after `setupTimeout` without an answer. The timeout grows with each failed attempt
 *   until one succeeds (KIP-601, org.apache.kafka.clients.ClusterConnectionStates).
 * - The end of the connection fails every request in flight with `disconnected`. A request without a response after
 *   `requestTimeoutMicros` closes the connection and fails every request in flight with `timed-out`
 *   (org.apache.kafka.clients.NetworkClient#processTimeoutDisconnection).
 * - After `close` no callback of an earlier request runs. A later `send` connects again.
 *
 * One timer per connection, armed for the oldest request and armed again only when it fires; one more while
 * connecting.
 */
import type { Address, CloseReason, Env, TimerHandle } from '../env.js';
import { apiVersions } from './api-versions.js';
import type { RequestBodies, ResponseBodies } from './apis/index.js';
import { type ClientChannel, type ClientChannelHandler, connectChannel } from './channel/frame-channel.js';
import { ExponentialBackoff } from './exponential-backoff.js';
import type { ApiName, RequestFrame, ResponseFrame } from './frame.js';

export type RpcFailure = 'disconnected' | 'timed-out';
export type RpcResult<A extends ApiName> =
  | { readonly ok: true; readonly body: ResponseBodies[A] }
  | { readonly ok: false; readonly failure: RpcFailure };

export interface RpcClientOptions {
  readonly clientId: string;
  readonly requestTimeoutMicros: number;
  /** `socket.connection.setup.timeout.ms` and `.max.ms`; absent: Kafka's defaults. */
  readonly setupTimeout?: ExponentialBackoff;
  /** The connection is established. Requests sent from now on may reach the peer. */
  readonly onOpen?: () => void;
  /** The connection ended or could not be made. Every request in flight fails right after this call. */
  readonly onEnd?: () => void;
}

type Done = (result: RpcResult<ApiName>) => void;

const DISCONNECTED: RpcResult<ApiName> = { ok: false, failure: 'disconnected' };
const TIMED_OUT: RpcResult<ApiName> = { ok: false, failure: 'timed-out' };

export class RpcClient {
  readonly #env: Env;
  readonly #address: Address;
  readonly #options: RpcClientOptions;
  readonly #setupTimeout: ExponentialBackoff;
  /** The number of attempts to connect that have failed since the last success. */
  #failedAttempts = 0;
  #link: Link | null = null;
  /** The link that ended last. It may still be failing its requests. */
  #endedLink: Link | null = null;
  #nextCorrelationId = 0;

  constructor(env: Env, address: Address, options: RpcClientOptions) {
    this.#env = env;
    this.#address = address;
    this.#options = options;
    this.#setupTimeout = options.setupTimeout ?? connectionSetupTimeout(env, 10_000, 30_000);
  }

  /** The connection is established, so a request is sent at once. */
  get isOpen(): boolean {
    return this.#link?.isOpen ?? false;
  }

  /** The connection is being established or is established. */
  get isConnecting(): boolean {
    return this.#link !== null;
  }

  get inFlightCount(): number {
    return this.#link?.inFlightCount ?? 0;
  }

  connect(): void {
    this.#connected();
  }

  send<A extends ApiName>(apiName: A, body: RequestBodies[A], done: (result: RpcResult<A>) => void): void {
    // Only here the type of the callback's API is dropped. The response frame is checked against it.
    this.#connected().send(this.#frame(apiName, body), done as Done);
  }

  /** For requests without a response: Produce with `acks=0`. */
  sendOneWay<A extends ApiName>(apiName: A, body: RequestBodies[A]): void {
    this.#connected().sendOneWay(this.#frame(apiName, body));
  }

  /**
   * Ends the connection as if it had broken, except that `onEnd` is not called. Every request in flight fails now, in
   * order.
   */
  disconnect(): void {
    const link = this.#link;
    this.#link = null;
    link?.disconnect();
  }

  close(): void {
    const link = this.#link;
    this.#link = null;
    link?.abandon();
    this.#endedLink?.abandon();
  }

  #frame<A extends ApiName>(apiName: A, body: RequestBodies[A]): RequestFrame<A> {
    const correlationId = this.#nextCorrelationId;
    this.#nextCorrelationId = (correlationId + 1) & 0x7fff_ffff;
    return {
      type: 'request',
      apiName,
      apiVersion: apiVersions[apiName],
      correlationId,
      clientId: this.#options.clientId,
      body,
    };
  }

  #connected(): Link {
    if (this.#link === null) {
      this.#link = new Link(this.#env, this.#options, (ended) => {
        // A connection that was ended on purpose says nothing about the peer.
        const isFailure = this.#link === ended && !ended.wasOpen;
        this.#failedAttempts = isFailure ? this.#failedAttempts + 1 : 0;
        if (this.#link === ended) this.#link = null;
        this.#endedLink = ended;
      });
      this.#link.connect(this.#address, this.#setupTimeout.micros(this.#failedAttempts));
    }
    return this.#link;
  }
}

/** The timeout of an attempt to connect. It grows while attempts fail (KIP-601). */
export function connectionSetupTimeout(
  env: Env,
  timeoutMs: number,
  timeoutMaxMs: number,
): ExponentialBackoff {
  return new ExponentialBackoff(timeoutMs, timeoutMaxMs, env.random('connection-setup'));
}

/** The life of one connection. Requests in flight are in a ring: slots [head, head + count) modulo its capacity. */
class Link implements ClientChannelHandler {
  isOpen = false;
  wasOpen = false;
  readonly #env: Env;
  readonly #options: RpcClientOptions;
  readonly #onEnded: (link: Link) => void;
  #channel: ClientChannel | null = null;
  #timer: TimerHandle | null = null;
  #requests: (RequestFrame | null)[] = [null, null, null, null];
  #dones: (Done | null)[] = [null, null, null, null];
  #deadlines: number[] = [0, 0, 0, 0];
  #head = 0;
  #count = 0;
  #abandoned = false;
  #tellsEnd = true;
  #connectTimer: TimerHandle | null = null;

  constructor(env: Env, options: RpcClientOptions, onEnded: (link: Link) => void) {
    this.#env = env;
    this.#options = options;
    this.#onEnded = onEnded;
  }

  get inFlightCount(): number {
    return this.#count;
  }

  connect(address: Address, timeoutMicros: number): void {
    this.#connectTimer = this.#env.timers.schedule(timeoutMicros, () => this.#end(TIMED_OUT));
    this.#channel = connectChannel(this.#env.network, address, this);
  }

  send(request: RequestFrame, done: Done): void {
    if (this.#count === this.#dones.length) this.#grow();
    const slot = (this.#head + this.#count) & (this.#dones.length - 1);
    this.#requests[slot] = request;
    this.#dones[slot] = done;
    this.#deadlines[slot] = this.#env.clock.monotonicMicros() + this.#options.requestTimeoutMicros;
    this.#count += 1;
    if (this.#timer === null) {
      this.#timer = this.#env.timers.schedule(this.#options.requestTimeoutMicros, this.#onTimer);
    }
    this.#channel?.send(request, true);
  }

  sendOneWay(request: RequestFrame): void {
    this.#channel?.send(request, false);
  }

  abandon(): void {
    this.#abandoned = true;
    this.#release();
  }

  disconnect(): void {
    this.#tellsEnd = false;
    this.#end(DISCONNECTED);
  }

  onOpen(): void {
    this.isOpen = true;
    this.wasOpen = true;
    this.#connectTimer?.cancel();
    this.#connectTimer = null;
    this.#options.onOpen?.();
  }

  onResponse(response: ResponseFrame): void {
    const slot = this.#head;
    const request = this.#count === 0 ? null : (this.#requests[slot] ?? null);
    const done = this.#dones[slot] ?? null;
    if (request === null || done === null || !isResponseTo(request, response)) {
      this.#end(DISCONNECTED);
      return;
    }
    this.#requests[slot] = null;
    this.#dones[slot] = null;
    this.#head = (slot + 1) & (this.#dones.length - 1);
    this.#count -= 1;
    done({ ok: true, body: response.body });
  }

  onClose(_reason: CloseReason): void {
    this.#end(DISCONNECTED);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    if (this.#count === 0 || this.#channel === null) return;
    const remaining = (this.#deadlines[this.#head] ?? 0) - this.#env.clock.monotonicMicros();
    if (remaining > 0) this.#timer = this.#env.timers.schedule(remaining, this.#onTimer);
    else this.#end(TIMED_OUT);
  };

  /** Drops the connection first, because a callback may send again, which begins a new one. */
  #end(result: RpcResult<ApiName>): void {
    if (this.#channel === null) return;
    this.#release();
    this.#onEnded(this);
    if (this.#tellsEnd) this.#options.onEnd?.();
    while (this.#count > 0 && !this.#abandoned) {
      const done = this.#dones[this.#head];
      this.#head = (this.#head + 1) & (this.#dones.length - 1);
      this.#count -= 1;
      done?.(result);
    }
  }

  #release(): void {
    this.isOpen = false;
    this.#connectTimer?.cancel();
    this.#connectTimer = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#channel?.close();
    this.#channel = null;
  }

  #grow(): void {
    const capacity = this.#dones.length;
    const requests: (RequestFrame | null)[] = new Array(capacity * 2).fill(null);
    const dones: (Done | null)[] = new Array(capacity * 2).fill(null);
    const deadlines: number[] = new Array(capacity * 2).fill(0);
    for (let index = 0; index < this.#count; index += 1) {
      const slot = (this.#head + index) & (capacity - 1);
      requests[index] = this.#requests[slot] ?? null;
      dones[index] = this.#dones[slot] ?? null;
      deadlines[index] = this.#deadlines[slot] ?? 0;
    }
    this.#requests = requests;
    this.#dones = dones;
    this.#deadlines = deadlines;
    this.#head = 0;
  }
}

function isResponseTo(request: RequestFrame, response: ResponseFrame): boolean {
  return response.correlationId === request.correlationId && response.apiName === request.apiName;
}
