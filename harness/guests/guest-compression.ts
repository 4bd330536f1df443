/** `node:zlib` for a guest: asynchronous functions calculate at once and end in an event of the host. */
import realZlib, { type ZlibOptions } from 'node:zlib';
import type { HostEnv } from '../env.js';

type Done = (error: Error | null, result: Buffer) => void;
const NAMES = ['gzip', 'gunzip', 'unzip', 'deflate', 'inflate', 'deflateRaw', 'inflateRaw'] as const;

export function guestCompression(env: HostEnv): object {
  const replaced: Record<string, unknown> = { ...realZlib };
  for (const name of NAMES) {
    const calculate = realZlib[`${name}Sync`];
    replaced[name] = (input: Buffer, ...rest: [Done] | [ZlibOptions, Done]): void => {
      const done = rest.at(-1) as Done;
      const options = rest.length === 2 ? (rest[0] as ZlibOptions) : {};
      let outcome: [Error | null, Buffer];
      try {
        outcome = [null, calculate(input, options)];
      } catch (error) {
        outcome = [error instanceof Error ? error : new Error(String(error)), Buffer.alloc(0)];
      }
      env.timers.schedule(0, () => done(...outcome));
    };
  }
  return replaced;
}
