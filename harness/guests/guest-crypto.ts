/** `node:crypto` for a guest: random bytes come from a stream of its host, key derivation ends in an event of the host. */
import * as realCrypto from 'node:crypto';
import type { HostEnv } from '../env.js';

/** Fills the array. */
export type RandomBytes = <T extends Uint8Array>(bytes: T) => T;
type Done<T> = (error: Error | null, value: T) => void;

export function guestCrypto(env: HostEnv, randomBytes: RandomBytes): object {
  const later = (callback: () => void): void => void env.timers.schedule(0, callback);
  const bytesOf = (sizeBytes: number): Buffer => randomBytes(Buffer.alloc(sizeBytes));
  return {
    ...realCrypto,
    randomBytes: (sizeBytes: number, done?: Done<Buffer>) => {
      const bytes = bytesOf(sizeBytes);
      if (done === undefined) return bytes;
      later(() => done(null, bytes));
      return undefined;
    },
    randomFillSync: randomBytes,
    getRandomValues: randomBytes,
    randomInt: (min: number, max?: number) => {
      const [from, to] = max === undefined ? [0, min] : [min, max];
      return from + (bytesOf(4).readUInt32BE(0) % (to - from));
    },
    randomUUID: () => uuidOf(randomBytes(new Uint8Array(16))),
    pbkdf2: (...input: [string, string, number, number, string, Done<Buffer>]) => {
      const [password, salt, iterations, length, digest, done] = input;
      const key = realCrypto.pbkdf2Sync(password, salt, iterations, length, digest);
      later(() => done(null, key));
    },
    webcrypto: guestWebCrypto(randomBytes),
  };
}

export function guestWebCrypto(randomBytes: RandomBytes): object {
  return {
    getRandomValues: <T extends ArrayBufferView>(view: T): T => {
      randomBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return view;
    },
    randomUUID: () => uuidOf(randomBytes(new Uint8Array(16))),
    subtle: realCrypto.webcrypto.subtle,
  };
}

/** RFC 9562, version 4. */
function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
