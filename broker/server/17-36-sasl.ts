/**
 * SaslHandshake (key 17) and SaslAuthenticate (key 36) on a listener without SASL, and after authentication
 * (kafka.server.KafkaApis#handleSaslHandshakeRequest, #handleSaslAuthenticateRequest).
 */
import type { SaslHandshakeResponse } from '../protocol/apis/17-sasl-handshake.js';
import { type SaslAuthenticateResponse, saslAuthenticateApi } from '../protocol/apis/36-sasl-authenticate.js';

export const NO_HANDSHAKE: SaslHandshakeResponse = { errorCode: 'ILLEGAL_SASL_STATE', mechanisms: [] };

export const NO_AUTHENTICATION: SaslAuthenticateResponse = {
  ...saslAuthenticateApi.response.defaults,
  errorCode: 'ILLEGAL_SASL_STATE',
  errorMessage: 'SaslAuthenticate request received after successful authentication',
};
