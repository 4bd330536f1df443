/**
 * The smallest world that protocol code can be tested in: hosts on one virtual clock, ordered connections of fixed
 * latency, and a hand on every connection. Not a simulator of faults: no clocks that differ, no disks, no bandwidth.
 *
 * A reset, a close or a refused connection is heard after one latency.
 * A host that is `silent` neither sends nor receives; what would have travelled is gone and nobody is told.
 */
import type { Disk, Env } from '../env.js';
import { randomStreams } from './random-streams.js';
import { TinyNetwork } from './tiny-network.js';
import { VirtualTime } from './virtual-time.js';

const LATENCY_MICROS = 500;

export class TinyWorld extends VirtualTime {
  readonly silentHosts = new Set<string>();
  readonly network: TinyNetwork;
  #timersScheduled = 0;

  constructor(options: { readonly passesValues?: boolean } = {}) {
    super();
    this.network = new TinyNetwork({
      latencyMicros: LATENCY_MICROS,
      passesValues: options.passesValues ?? true,
      swallows: (from, to) => this.silentHosts.has(from) || this.silentHosts.has(to),
      schedule: (_host, delayMicros, callback) => void this.at(delayMicros, callback),
    });
  }

  get timersScheduled(): number {
    return this.#timersScheduled;
  }

  env(hostName: string, seed = 1): Env {
    return {
      hostName,
      allocate: (sizeBytes) => new Uint8Array(sizeBytes),
      clock: { monotonicMicros: () => this.now, wallMillis: () => Math.floor(this.now / 1000) },
      timers: {
        schedule: (delayMicros, callback) => {
          this.#timersScheduled += 1;
          return this.at(delayMicros, callback);
        },
      },
      network: this.network.door(hostName),
      disk: noDisk,
      logger: { enabled: false, log: () => undefined },
      random: randomStreams(hostName, seed),
      halt: (reason) => {
        throw new Error(`halt: ${reason}`);
      },
    };
  }

  /** Ends every open connection between the two hosts, as a crash of `from` would; returns how many. */
  reset(from: string, to?: string): number {
    return this.network.reset(from, to);
  }

  stopListening(host: string, port: number): void {
    this.network.stopListening(host, port);
  }
}

function unavailable(): never {
  throw new Error('this world has no disk');
}

const noDisk: Disk = {
  append: unavailable,
  write: unavailable,
  read: unavailable,
  size: unavailable,
  sync: unavailable,
  syncDirectory: unavailable,
  truncate: unavailable,
  rename: unavailable,
  remove: unavailable,
  list: unavailable,
};
