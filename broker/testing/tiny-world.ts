/**
 * The smallest world that protocol code can be tested in: hosts on one virtual clock, ordered connections of fixed
 * latency, and a hand on every connection. Not a simulator of faults: no clocks that differ, no disks, no bandwidth.
 *
 * A reset, a close or a refused connection is heard after one latency.
 * A host that is `silent` neither sends nor receives; what would have travelled is gone and nobody is told.
 */
import type { Address, CloseReason, Connection, ConnectionHandler, Disk, Env } from '../env.js';
import { randomStreams } from './random-streams.js';
import { VirtualTime } from './virtual-time.js';

const LATENCY_MICROS = 500;

type Accept = (connection: Connection, peerHost: string) => ConnectionHandler;

export class TinyWorld extends VirtualTime {
  readonly silentHosts = new Set<string>();
  readonly connections: TinyConnection[] = [];
  readonly #listeners = new Map<string, Accept>();
  #timersScheduled = 0;

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
      network: {
        connect: (to, handler) => this.#connect(hostName, to, handler),
        listen: (port, accept) => void this.#listeners.set(`${hostName}:${port}`, accept),
      },
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
    let count = 0;
    for (const connection of this.connections) {
      const touches =
        (connection.from === from || connection.to === from) &&
        (to === undefined || connection.from === to || connection.to === to);
      if (touches && connection.reset()) count += 1;
    }
    return count;
  }

  stopListening(host: string, port: number): void {
    this.#listeners.delete(`${host}:${port}`);
  }

  #connect(from: string, to: Address, handler: ConnectionHandler): Connection {
    const connection = new TinyConnection(this, from, to.host, handler);
    this.connections.push(connection);
    this.at(LATENCY_MICROS, () => {
      if (this.silentHosts.has(from) || this.silentHosts.has(to.host)) return;
      connection.establish(this.#listeners.get(`${to.host}:${to.port}`));
    });
    return connection.client;
  }
}

class TinyConnection {
  readonly from: string;
  readonly to: string;
  readonly client: Connection;
  /** How many frames of each direction, sent from now on, are swallowed. */
  swallowToServer = 0;
  swallowToClient = 0;
  readonly #world: TinyWorld;
  #clientHandler: ConnectionHandler | null;
  #serverHandler: ConnectionHandler | null = null;
  #waiting: unknown[] = [];

  constructor(world: TinyWorld, from: string, to: string, handler: ConnectionHandler) {
    this.#world = world;
    this.from = from;
    this.to = to;
    this.#clientHandler = handler;
    this.client = {
      send: (frame) => this.#sendToServer(frame),
      close: () => {
        this.#clientHandler = null;
        this.#later(() => this.#endServer('closed'));
      },
    };
  }

  get isOpen(): boolean {
    return this.#clientHandler !== null && this.#serverHandler !== null;
  }

  establish(accept: Accept | undefined): void {
    if (this.#clientHandler === null) return;
    if (accept === undefined) {
      this.#later(() => this.#endClient('refused'));
      return;
    }
    const server: Connection = {
      send: (frame) => this.#sendToClient(frame),
      close: () => {
        this.#serverHandler = null;
        this.#later(() => this.#endClient('closed'));
      },
    };
    this.#serverHandler = accept(server, this.from);
    this.#serverHandler.onOpen();
    this.#later(() => this.#clientHandler?.onOpen());
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#later(() => {
      for (const frame of waiting) this.#serverHandler?.onMessage(frame);
    });
  }

  reset(): boolean {
    if (!this.isOpen) return false;
    this.#later(() => {
      this.#endClient('reset');
      this.#endServer('reset');
    });
    return true;
  }

  #sendToServer(frame: unknown): void {
    if (this.#clientHandler === null) return;
    if (this.swallowToServer > 0) {
      this.swallowToServer -= 1;
      return;
    }
    if (this.#serverHandler === null) this.#waiting.push(frame);
    else this.#later(() => this.#serverHandler?.onMessage(frame));
  }

  #sendToClient(frame: unknown): void {
    if (this.swallowToClient > 0) {
      this.swallowToClient -= 1;
      return;
    }
    this.#later(() => this.#clientHandler?.onMessage(frame));
  }

  #later(callback: () => void): void {
    if (this.#world.silentHosts.has(this.from) || this.#world.silentHosts.has(this.to)) return;
    this.#world.at(LATENCY_MICROS, callback);
  }

  #endClient(reason: CloseReason): void {
    const handler = this.#clientHandler;
    this.#clientHandler = null;
    handler?.onClose(reason);
  }

  #endServer(reason: CloseReason): void {
    const handler = this.#serverHandler;
    this.#serverHandler = null;
    handler?.onClose(reason);
  }
}

export type { TinyConnection };

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
