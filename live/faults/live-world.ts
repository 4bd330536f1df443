/** A live cluster as a place for faults: its nodes, the network between them and their clients, the clock of this machine. */
import { randomInt } from 'node:crypto';
import type { RandomStream, TimerHandle } from '../../harness/env.js';
import type { FaultyHost, FaultyWorld } from '../../harness/faults/faulty-world.js';
import type { LiveNetwork } from './live-network.js';

/** A longer delay of `setTimeout` would end at once. A fault that lasts longer ends when it is healed. */
const TIMEOUT_MILLIS_MAX = 2_147_483_647;

const random: RandomStream = { nextInt: (boundExclusive) => randomInt(boundExclusive) };

export class LiveWorld implements FaultyWorld {
  readonly hosts: readonly FaultyHost[];
  readonly network: LiveNetwork;
  readonly #startedAt = performance.now();

  constructor(hosts: readonly FaultyHost[], network: LiveNetwork) {
    this.hosts = hosts;
    this.network = network;
  }

  get nowMicros(): number {
    return Math.floor((performance.now() - this.#startedAt) * 1_000);
  }

  host(name: string): FaultyHost {
    const host = this.hosts.find((each) => each.name === name);
    if (host === undefined) throw new RangeError(`no host named ${name}`);
    return host;
  }

  /** The timer does not keep the program running. */
  schedule(delayMicros: number, callback: () => void): TimerHandle {
    const delayMillis = Math.ceil(delayMicros / 1_000);
    if (delayMillis > TIMEOUT_MILLIS_MAX) return { cancel: () => undefined };
    const timer = setTimeout(callback, delayMillis).unref();
    return { cancel: () => clearTimeout(timer) };
  }

  random(): RandomStream {
    return random;
  }
}
