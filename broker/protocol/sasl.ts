/**
 * SASL authentication of a connection by SaslHandshake and SaslAuthenticate (KIP-43, KIP-152;
 * org.apache.kafka.common.security.authenticator.SaslServerAuthenticator). Until the client is authenticated,
 * ApiVersions, SaslHandshake and SaslAuthenticate are the only requests, and their size is limited by
 * `sasl.server.max.receive.size`. Any other request closes the connection.
 *
 * Not served: SaslHandshake version 0, whose tokens follow without Kafka's header, and re-authentication (KIP-368). A
 * request of either closes the connection or is answered with ILLEGAL_SASL_STATE.
 */
import { saslAuthenticateApi } from './apis/36-sasl-authenticate.js';
import type { RequestFrame } from './frame.js';
import type { ConnectionGuard, Reply } from './rpc-server.js';

export type SaslStep =
  | { readonly kind: 'continue' | 'authenticated'; readonly token: Uint8Array }
  | { readonly kind: 'refused'; readonly message: string };

/** The server's side of one authentication. */
export interface SaslExchange {
  step(token: Uint8Array): SaslStep;
}

export interface SaslMechanisms {
  /** `sasl.enabled.mechanisms`, in its order. */
  readonly names: readonly string[];
  /** `sasl.server.max.receive.size`. */
  readonly requestBytesMax: number;
  begin(mechanism: string): SaslExchange;
}

export class SaslGuard implements ConnectionGuard {
  readonly #mechanisms: SaslMechanisms;
  #exchange: SaslExchange | null = null;
  #isAuthenticated = false;

  constructor(mechanisms: SaslMechanisms) {
    this.#mechanisms = mechanisms;
  }

  get requestBytesMax(): number | null {
    return this.#isAuthenticated ? null : this.#mechanisms.requestBytesMax;
  }

  admits(request: RequestFrame, reply: Reply): boolean {
    if (this.#isAuthenticated) return true;
    const { apiName, body } = request;
    if (apiName === 'ApiVersions' && this.#exchange === null) return true;
    if (
      apiName === 'SaslHandshake' &&
      'mechanism' in body &&
      this.#exchange === null &&
      request.apiVersion > 0
    )
      this.#shakeHands(body.mechanism, reply);
    else if (apiName === 'SaslAuthenticate' && 'authBytes' in body && this.#exchange !== null)
      this.#authenticate(this.#exchange, body.authBytes, reply);
    else reply.close();
    return false;
  }

  #shakeHands(mechanism: string, reply: Reply): void {
    const { names } = this.#mechanisms;
    if (!names.includes(mechanism)) {
      reply.respondLast({ errorCode: 'UNSUPPORTED_SASL_MECHANISM', mechanisms: names });
      return;
    }
    this.#exchange = this.#mechanisms.begin(mechanism);
    reply.respond({ errorCode: 'NONE', mechanisms: names });
  }

  #authenticate(exchange: SaslExchange, token: Uint8Array, reply: Reply): void {
    const step = exchange.step(token);
    const { defaults } = saslAuthenticateApi.response;
    if (step.kind === 'refused') {
      reply.respondLast({ ...defaults, errorCode: 'SASL_AUTHENTICATION_FAILED', errorMessage: step.message });
      return;
    }
    this.#isAuthenticated = step.kind === 'authenticated';
    reply.respond({ ...defaults, errorCode: 'NONE', errorMessage: null, authBytes: step.token });
  }
}
