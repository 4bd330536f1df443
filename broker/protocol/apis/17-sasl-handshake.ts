import { api, type ResponseOf } from '../schema/api.js';
import { array, errorCode, string } from '../schema/field.js';

/**
 * SaslHandshake (key 17): the client names the SASL mechanism with which it will authenticate (KIP-43).
 *
 * Versions: 1 the tokens follow in SaslAuthenticate (KIP-152); with version 0 they follow as raw bytes.
 * Not served: version 0, whose tokens have no header of Kafka. On a listener without SASL the answer is ILLEGAL_SASL_STATE.
 */
export const saslHandshakeApi = api({
  key: 17,
  name: 'SaslHandshake',
  validVersions: '0-1',
  flexibleVersions: 'none',
  listeners: ['broker', 'controller'],
  request: { mechanism: string('0+') },
  response: { errorCode: errorCode('0+'), mechanisms: array('0+', 'string') },
});

export type SaslHandshakeResponse = ResponseOf<typeof saslHandshakeApi>;
