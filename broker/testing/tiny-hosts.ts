/**
 * Hosts on one virtual clock, with a fixed latency between any two: enough to crash, pause and cut brokers in a test.
 * A cut link swallows silently and loses what it swallowed; a crash is heard at the other ends. Not here: bandwidth, clocks
 * that differ, power loss.
 */
import type { Address, CloseReason, Connection, ConnectionHandler, Env, TimerHandle } from '../env.js';
import { MemoryDisk } from './memory-disk.js';
import { randomStreams } from './random-streams.js';
import { VirtualTime } from './virtual-time.js';

const LATENCY_MICROS = 200;
const DISK_LATENCY_MICROS = 20;

type Accept = (connection: Connection, peerHost: string) => ConnectionHandler;

export class TinyHosts extends VirtualTime {
  readonly #hosts = new Map<string, TinyHost>();
  readonly #cuts = new Set<string>();

  host(name: string): TinyHost {
    const host = this.#hosts.get(name) ?? new TinyHost(this, name);
    this.#hosts.set(name, host);
    return host;
  }

  /** Swallows what `from` sends to `to`. */
  cutOneWay(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  cut(a: string, b: string): void {
    this.cutOneWay(a, b);
    this.cutOneWay(b, a);
  }

  heal(): void {
    this.#cuts.clear();
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.size > 0 && this.#cuts.has(`${from}>${to}`);
  }

  /** Of this start of the host: not run after a crash, and late when the host is paused. */
  schedule(host: TinyHost, delayMicros: number, callback: () => void): TimerHandle {
    const { generation } = host;
    return this.at(delayMicros, () => {
      if (host.generation !== generation) return;
      if (host.isPaused) host.paused.push(callback);
      else callback();
    });
  }
}

export class TinyHost {
  readonly world: TinyHosts;
  readonly name: string;
  readonly disk = new MemoryDisk();
  generation = 0;
  isUp = false;
  isPaused = false;
  halted: string | null = null;
  readonly paused: (() => void)[] = [];
  readonly listeners = new Map<number, Accept>();
  readonly ends = new Set<End>();

  constructor(world: TinyHosts, name: string) {
    this.world = world;
    this.name = name;
  }

  start(): Env {
    this.isUp = true;
    this.halted = null;
    const { world } = this;
    const timers = {
      schedule: (delayMicros: number, callback: () => void) => world.schedule(this, delayMicros, callback),
    };
    return {
      hostName: this.name,
      allocate: (sizeBytes) => new Uint8Array(sizeBytes),
      clock: { monotonicMicros: () => world.now, wallMillis: () => Math.floor(world.now / 1000) },
      timers,
      network: {
        connect: (to, handler) => this.#connect(to, handler),
        listen: (port, accept) => void this.listeners.set(port, accept),
      },
      disk: this.disk.open((finish) => timers.schedule(DISK_LATENCY_MICROS, finish)),
      logger: { enabled: false, log: () => undefined },
      random: randomStreams(this.name, this.generation),
      halt: (reason) => {
        this.halted = reason;
        this.crash();
      },
    };
  }

  crash(): void {
    this.isUp = false;
    this.isPaused = false;
    this.generation += 1;
    this.paused.length = 0;
    this.listeners.clear();
    for (const end of this.ends) end.die();
    this.ends.clear();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    for (const callback of this.paused.splice(0)) this.world.schedule(this, 0, callback);
  }

  #connect(to: Address, handler: ConnectionHandler): Connection {
    const peer = this.world.host(to.host);
    const mine = new End(this, peer, handler);
    this.world.at(LATENCY_MICROS, () => {
      if (mine.handler === null || this.world.isCut(this.name, peer.name)) return;
      const accept = peer.listeners.get(to.port);
      if (!peer.isUp || accept === undefined) {
        mine.hear('refused');
        return;
      }
      const theirs = new End(peer, this, null);
      theirs.other = mine;
      mine.other = theirs;
      theirs.handler = accept(theirs, this.name);
      theirs.handler.onOpen();
      mine.opened();
    });
    return mine;
  }
}

/** One end of a connection. */
class End implements Connection {
  readonly host: TinyHost;
  readonly peer: TinyHost;
  handler: ConnectionHandler | null;
  other: End | null = null;
  readonly #unsent: unknown[] = [];

  constructor(host: TinyHost, peer: TinyHost, handler: ConnectionHandler | null) {
    this.host = host;
    this.peer = peer;
    this.handler = handler;
    host.ends.add(this);
  }

  send(frame: unknown): void {
    if (this.other === null) this.#unsent.push(frame);
    else this.#transmit(this.other, frame);
  }

  close(): void {
    this.handler = null;
    this.host.ends.delete(this);
    this.#tellOther('closed');
  }

  opened(): void {
    this.host.world.schedule(this.host, LATENCY_MICROS, () => this.handler?.onOpen());
    for (const frame of this.#unsent.splice(0)) if (this.other !== null) this.#transmit(this.other, frame);
  }

  /** The host crashed: its side is gone without a word of its own. */
  die(): void {
    this.handler = null;
    this.#tellOther('reset');
  }

  hear(reason: CloseReason): void {
    this.host.world.schedule(this.host, LATENCY_MICROS, () => {
      const { handler } = this;
      this.handler = null;
      this.host.ends.delete(this);
      handler?.onClose(reason);
    });
  }

  #tellOther(reason: CloseReason): void {
    const { other } = this;
    if (other !== null && !this.host.world.isCut(this.host.name, this.peer.name)) other.hear(reason);
  }

  #transmit(other: End, frame: unknown): void {
    if (this.host.world.isCut(this.host.name, this.peer.name)) return;
    this.host.world.schedule(other.host, LATENCY_MICROS, () => other.handler?.onMessage(frame));
  }
}
