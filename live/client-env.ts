/** The environment of a client program on this machine: it has a network and no disk. */
import { tmpdir } from 'node:os';
import type { Env } from '../broker/env.js';
import { LiveHost } from './live-host.js';

/** `end` resets the connections of the program; no callback runs after it. */
export function clientEnv(name: string): { readonly env: Env; readonly end: () => void } {
  const host = new LiveHost({
    name,
    directory: tmpdir(),
    host: '127.0.0.1',
    logger: { enabled: false, log: () => undefined },
    onHalt: (reason) => {
      throw new Error(reason);
    },
    onError: (error) => {
      throw error;
    },
  });
  return { env: host.env, end: () => host.kill() };
}
