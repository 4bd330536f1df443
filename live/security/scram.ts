/** SASL/SCRAM on the side of the server (RFC 5802, KIP-84; org.apache.kafka.common.security.scram.internals.ScramSaslServer). */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SaslExchange, SaslStep } from '../../broker/protocol/sasl.js';

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface ScramCredential {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** Kafka's limits (org.apache.kafka.common.security.scram.internals.ScramMechanism). */
export const SCRAM_ITERATIONS_MIN = 4_096;
export const SCRAM_ITERATIONS_MAX = 16_384;

const DIGESTS = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;
const KEY_BYTES = { 'SCRAM-SHA-256': 32, 'SCRAM-SHA-512': 64 } as const;

/** gs2-header, user, nonce of the client; extensions after them are ignored. */
const CLIENT_FIRST = /^(n,(?:a=([^,]*))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/;
const CLIENT_FINAL = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)),p=([A-Za-z0-9+/=]+)$/;

export function scramCredential(
  mechanism: ScramMechanism,
  password: string,
  iterations = SCRAM_ITERATIONS_MIN,
): ScramCredential {
  const salt = randomBytes(16);
  const digest = DIGESTS[mechanism];
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, KEY_BYTES[mechanism], digest);
  const storedKey = createHash(digest)
    .update(hmac(digest, salted, 'Client Key'))
    .digest();
  return { salt, iterations, storedKey, serverKey: hmac(digest, salted, 'Server Key') };
}

/** What the server has sent and awaits the proof of. */
interface Challenge {
  readonly credential: ScramCredential;
  readonly clientFirstBare: string;
  readonly serverFirst: string;
  readonly gs2Header: string;
  readonly nonce: string;
}

export function scramExchange(
  mechanism: ScramMechanism,
  credentials: ReadonlyMap<string, ScramCredential>,
): SaslExchange {
  const refused: SaslStep = {
    kind: 'refused',
    message: `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
  };
  let challenge: Challenge | null = null;
  return {
    step(token) {
      const text = Buffer.from(token).toString('utf8');
      if (challenge !== null) {
        const proven = finalMessage(DIGESTS[mechanism], challenge, text);
        return proven === null ? refused : { kind: 'authenticated', token: proven };
      }
      challenge = challengeTo(text, credentials);
      return challenge === null ? refused : { kind: 'continue', token: Buffer.from(challenge.serverFirst) };
    },
  };
}

function challengeTo(text: string, credentials: ReadonlyMap<string, ScramCredential>): Challenge | null {
  const match = CLIENT_FIRST.exec(text);
  if (match === null) return null;
  const [, gs2Header = '', authorizationId = '', clientFirstBare = '', saslName = '', clientNonce = ''] =
    match;
  const user = userOf(saslName);
  if (user === null || (authorizationId !== '' && userOf(authorizationId) !== user)) return null;
  const credential = credentials.get(user);
  if (credential === undefined) return null;
  const nonce = clientNonce + randomBytes(18).toString('base64url');
  const serverFirst = `r=${nonce},s=${credential.salt.toString('base64')},i=${credential.iterations}`;
  return { credential, clientFirstBare, serverFirst, gs2Header, nonce };
}

/** The last message of the server; null: the client does not know the password. */
function finalMessage(digest: string, challenge: Challenge, text: string): Uint8Array | null {
  const match = CLIENT_FINAL.exec(text);
  if (match === null) return null;
  const [, withoutProof = '', channelBinding = '', nonce = '', proofText = ''] = match;
  const { credential, gs2Header } = challenge;
  if (nonce !== challenge.nonce || Buffer.from(channelBinding, 'base64').toString('utf8') !== gs2Header)
    return null;
  const authMessage = `${challenge.clientFirstBare},${challenge.serverFirst},${withoutProof}`;
  const signature = hmac(digest, credential.storedKey, authMessage);
  const proof = Buffer.from(proofText, 'base64');
  if (proof.length !== signature.length) return null;
  const clientKey = proof.map((byte, at) => byte ^ (signature[at] ?? 0));
  const storedKey = createHash(digest).update(clientKey).digest();
  if (!timingSafeEqual(storedKey, credential.storedKey)) return null;
  return Buffer.from(`v=${hmac(digest, credential.serverKey, authMessage).toString('base64')}`);
}

/** `=2C` is a comma and `=3D` an equals sign; another `=` is illegal (RFC 5802 5.1). */
function userOf(saslName: string): string | null {
  return /=(?!2C|3D)/.test(saslName) ? null : saslName.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function hmac(digest: string, key: Uint8Array, text: string): Buffer {
  return createHmac(digest, key).update(text).digest();
}
