/** An environment for tests of programs on a real network: the clock, the timers and the network of this machine. */
import type { Env, Network } from '../../broker/env.js';

export function realEnv(network: Network): Env {
  const unavailable = (): never => {
    throw new Error('this environment has no disk');
  };
  return {
    hostName: '127.0.0.1',
    allocate: (sizeBytes) => new Uint8Array(sizeBytes),
    clock: { monotonicMicros: () => Math.floor(performance.now() * 1000), wallMillis: () => Date.now() },
    timers: {
      schedule: (delayMicros, callback) => {
        const timer = setTimeout(callback, delayMicros / 1000);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    network,
    disk: {
      append: unavailable,
      write: unavailable,
      read: unavailable,
      size: unavailable,
      sync: unavailable,
      syncDirectory: unavailable,
      truncate: unavailable,
      rename: unavailable,
      renameDirectory: unavailable,
      removeDirectory: unavailable,
      remove: unavailable,
      list: unavailable,
    },
    logger: { enabled: false, log: () => undefined },
    random: () => ({ nextInt: () => 0 }),
    halt: (reason) => {
      throw new Error(`halt: ${reason}`);
    },
  };
}
