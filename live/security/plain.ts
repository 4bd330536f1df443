/** SASL/PLAIN (RFC 4616; org.apache.kafka.common.security.plain.internals.PlainSaslServer). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { SaslExchange, SaslStep } from '../../broker/protocol/sasl.js';

/** Passwords by user. */
export type PlainUsers = ReadonlyMap<string, string>;

const REFUSED: SaslStep = { kind: 'refused', message: 'Authentication failed: Invalid username or password' };

export function plainExchange(users: PlainUsers): SaslExchange {
  return {
    step(token) {
      const parts = Buffer.from(token).toString('utf8').split('\0');
      const [authorizationId, user = '', password = ''] = parts;
      if (parts.length !== 3 || user === '' || password === '') return REFUSED;
      const expected = users.get(user);
      if (expected === undefined || !isEqual(password, expected)) return REFUSED;
      if (authorizationId !== '' && authorizationId !== user) {
        const message =
          'Authentication failed: Client requested an authorization id that is different from username';
        return { kind: 'refused', message };
      }
      return { kind: 'authenticated', token: new Uint8Array(0) };
    },
  };
}

/** Compares digests, so that the time does not depend on the place of the first difference. */
function isEqual(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
