import { api, type ResponseOf } from '../schema/api.js';
import { bytes, errorCode, int64, string } from '../schema/field.js';

/**
 * SaslAuthenticate (key 36; KIP-152): one token of the SASL mechanism that SaslHandshake named, and the server's token.
 *
 * Versions: 1 the lifetime of the session (KIP-368) · 2 flexible.
 * On a listener without SASL the answer is ILLEGAL_SASL_STATE. Sessions do not end (`connections.max.reauth.ms` 0).
 */
export const saslAuthenticateApi = api({
  key: 36,
  name: 'SaslAuthenticate',
  validVersions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: { authBytes: bytes('0+') },
  response: {
    errorCode: errorCode('0+'),
    errorMessage: string('0+', { nullableVersions: '0+' }),
    authBytes: bytes('0+'),
    sessionLifetimeMs: int64('1+', { ignorable: true }),
  },
});

export type SaslAuthenticateResponse = ResponseOf<typeof saslAuthenticateApi>;
