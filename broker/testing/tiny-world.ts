/**
 * The smallest world in which protocol code can be tested: hosts on one virtual clock, ordered connections of fixed
 * latency, and control over every connection. It is not a simulator of faults: no clocks that differ, no disks, no
 * bandwidth.
 *
 * The other end learns of a reset, a close or a refused connection after one latency. A host that is `silent` neither
 * sends nor receives; its data is lost, and no end is informed.
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

  /**
   * Ends every open connection between the two hosts, as a crash of `from` would. Returns the number of connections.
   */
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
  renameDirectory: unavailable,
  removeDirectory: unavailable,
  remove: unavailable,
  list: unavailable,
};
