/** Requests in any version over raw connections, one connection per broker. */
import type { Address } from '../../broker/env.js';
import type { RequestBody, ResponseBody, SchemaName } from '../../broker/protocol/apis/schemas.js';
import { correlationIdOf, decodeResponse, encodeRequest } from '../../broker/protocol/codec.js';
import { RawConnection } from './raw-connection.js';

export const CLIENT_ID = 'conformance';
const TIMEOUT_MS = 15_000;

export type Outcome<T> =
  | { readonly kind: 'answer'; readonly body: T; readonly unreadBytes: number }
  /** The broker closed the connection. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'silence' }
  /** Bytes that are no response of the API and version. */
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array };

export class RawClient {
  readonly #address: Address;
  #connection: RawConnection | null = null;
  #correlationId = 0;
  /** The end of the exchange before: exchanges run one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(address: Address) {
    this.#address = address;
  }

  async request<A extends SchemaName>(
    api: A,
    version: number,
    body: RequestBody<A>,
  ): Promise<Outcome<ResponseBody<A>>> {
    const correlationId = this.nextCorrelationId();
    const frame = encodeRequest(api, version, { correlationId, clientId: CLIENT_ID }, body);
    const outcome = await this.exchange(frame);
    if (outcome.kind !== 'answer') return outcome;
    return this.decode(api, version, correlationId, outcome.body);
  }

  /** Sends a request that has no response, then learns from another request whether the broker closed the connection. */
  async requestUnanswered<A extends SchemaName>(
    api: A,
    version: number,
    body: RequestBody<A>,
  ): Promise<Outcome<null>> {
    const correlationId = this.nextCorrelationId();
    const connection = await this.#open();
    connection.write(encodeRequest(api, version, { correlationId, clientId: CLIENT_ID }, body));
    const probe = await this.request('ApiVersions', 0, { clientSoftwareName: '', clientSoftwareVersion: '' });
    return probe.kind === 'answer' ? { kind: 'answer', body: null, unreadBytes: 0 } : probe;
  }

  /** Sends a whole frame, length included, and returns the payload of the next frame. */
  exchange(frame: Uint8Array, timeoutMs = TIMEOUT_MS): Promise<Outcome<Uint8Array>> {
    const exchange = this.#last.then(() => this.#exchange(frame, timeoutMs));
    this.#last = exchange.then(
      () => undefined,
      () => undefined,
    );
    return exchange;
  }

  async #exchange(frame: Uint8Array, timeoutMs: number): Promise<Outcome<Uint8Array>> {
    const connection = await this.#open();
    connection.write(frame);
    const answer = await connection.read(timeoutMs);
    if (answer === 'closed') return { kind: 'closed' };
    if (answer === 'silence') {
      this.close();
      return { kind: 'silence' };
    }
    return { kind: 'answer', body: answer, unreadBytes: 0 };
  }

  nextCorrelationId(): number {
    this.#correlationId += 1;
    return this.#correlationId;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  async #open(): Promise<RawConnection> {
    if (this.#connection === null || this.#connection.isClosed) {
      this.#connection = await RawConnection.open(this.#address);
    }
    return this.#connection;
  }

  decode<A extends SchemaName>(
    api: A,
    version: number,
    correlationId: number,
    payload: Uint8Array,
  ): Outcome<ResponseBody<A>> {
    const unreadable = { kind: 'unreadable', bytes: payload } as const;
    if (correlationIdOf(payload) !== correlationId) return unreadable;
    const decoding = decodeResponse(api, version, payload);
    if (!decoding.ok) return unreadable;
    return { kind: 'answer', body: decoding.body, unreadBytes: decoding.unreadBytes };
  }
}
